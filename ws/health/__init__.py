"""How a process of ours is, for those who watch it: alive, ready, and in numbers. It knows no process."""
