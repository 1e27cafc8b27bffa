"""Observations from texts and records: rules in YAML, applied to Arrow batches.

What belongs elsewhere: who a record is (identity), which statement still holds (SQL, `memory.facts`).
"""
