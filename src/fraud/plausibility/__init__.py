"""Plausibility: whether the values of a table can be what its description says they are."""
