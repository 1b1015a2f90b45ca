"""Comparison: algorithms cross-validated on the same rows and folds, ranked."""
