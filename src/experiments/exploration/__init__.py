"""Exploration: columns, splits and leakage of a data set."""
