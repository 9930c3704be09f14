"""The words that the processes share. Pure."""
