"""Optional: statements read by a language model behind any OpenAI-compatible endpoint, falling back to the rules.

Standard library only. What a customer writes is data to the model, never an instruction, and what the model returns is
checked against the vocabulary and the text before it counts.
"""
