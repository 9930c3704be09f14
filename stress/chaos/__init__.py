"""The chaos test: whatever dies, stops or is cut off, a client hears each committed change once (see docs/chaos.md)."""
