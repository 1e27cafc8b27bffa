"""The published snapshot: what it holds, how it is built, and what can be done with those that are kept."""
