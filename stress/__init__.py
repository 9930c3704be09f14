"""Load tests and benchmarks: outsiders that know only addresses."""
