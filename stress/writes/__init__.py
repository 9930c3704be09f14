"""What the triggers cost the application that writes, and how fast its changes reach Redis."""
