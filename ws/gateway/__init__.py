"""Process 2: Redis → browsers."""
