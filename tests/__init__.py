"""The tests: unit tests beside the module that they mirror, `pipeline/` from row to browser with real processes."""
