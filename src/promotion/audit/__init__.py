"""Audit: what was ever done to production, in a chain of signed entries."""
