"""The numbers to reach. Pure."""

from stress.findings import Goal

STEADY = "CPU per delivery, 500 clients, 100 messages/s of 150 bytes"
PARTS = (1 / 20, 1 / 30, None)
AGAINST_CHANNELS = Goal(f"{STEADY}, against Channels with uvicorn", "1/×", PARTS, is_ceiling=True)
AGAINST_LEAN = Goal("the same, against a Channels that closes no database connections", "1/×", PARTS, is_ceiling=True)
AGAINST_SEND = Goal("the same, against a bare loop of send", "×", (1.5, 1.2, None), is_ceiling=True)
AGAINST_NAGLE = Goal("the same, against one that lets the kernel wait", "×", (1.5, 1.2, None), is_ceiling=True)
DELIVERY = Goal(STEADY, "µs")
BURST = Goal("burst of 5,000 messages to 500 clients, deliveries per second and core", "")
AGAINST_MICRO = Goal("the same, against µWebSockets", "×", (1.0, 2.0, None))
MEMORY = Goal("memory per idle client, 2 channels, signed in", "KB", (3.0, 2.0, None), is_ceiling=True)
MEMORY_OF_ONE = Goal("the same, all of one user", "KB")
MANY = Goal("10,000 clients, their heartbeats, 20 messages/s to all, p99", "ms", (300.0, 150.0, None), is_ceiling=True)
SLOW = Goal("1 % of clients reading 1 KB/s: the others' p99, on against off", "×", (1.25, 1.1, None), is_ceiling=True)
HANDSHAKES = Goal("handshakes per second and core, no user asked", "", (3_000.0, 6_000.0, None))
SESSIONS = Goal(
    "handshakes per second and core, session in a cookie, user from PostgreSQL", "", (1_000.0, 2_000.0, None)
)
