"""Faults: calls that fail, processes that die, replies that are lost."""
