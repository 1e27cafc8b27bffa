"""Compile the packaged model for this machine, as set-up does, so that no night and no question need wait for it."""

from memory.embedding.model import load_model

load_model()
