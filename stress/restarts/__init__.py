"""`make restarts`: the gateway's workers are replaced again and again, under clients and messages."""
