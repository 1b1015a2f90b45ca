"""Leakage: checks for columns, rows and times that reveal the label."""
