"""What runs: the listener carries changes from PostgreSQL to Redis, the gateway from Redis to browsers."""
