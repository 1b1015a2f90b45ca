"""Notebooks: runs one and tells the truth about it."""
