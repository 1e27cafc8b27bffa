"""The agents' door as an MCP server: read-only tools over the reader."""
