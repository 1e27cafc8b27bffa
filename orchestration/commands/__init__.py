"""One module a command group; each imports what is heavy only when its command runs."""
