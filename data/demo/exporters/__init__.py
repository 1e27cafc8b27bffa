"""One module a tool: the tool's own shapes and file formats."""
