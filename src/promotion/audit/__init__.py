"""Audit: every change of production, in a hash chain of signed entries."""
