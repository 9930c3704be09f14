"""What the gateway costs for each delivery, client and handshake, side by side with its peers."""
