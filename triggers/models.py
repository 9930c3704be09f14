"""No models yet, but Django sends `post_migrate` only to apps that have this module, and the hook hangs on it."""
