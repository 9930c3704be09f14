"""The process that keeps the gateway's workers: it owns the sockets on which they accept, and replaces them."""
