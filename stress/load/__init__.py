"""The load test: thor's crowd on a gateway, and beside it clients that verify what it delivers meanwhile."""
