"""Leakage: checks for columns, rows and times that give the label away."""
