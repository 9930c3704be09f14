"""Process 1: PostgreSQL → Redis."""
