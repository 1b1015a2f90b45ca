"""Comparison: a candidate beside the champion, on the same rows."""
