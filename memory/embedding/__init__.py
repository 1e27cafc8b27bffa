"""Texts to vectors: the model, its batches, and the store of what was embedded before."""
