"""Significance: paired bootstrap tests of two models on the same rows."""
