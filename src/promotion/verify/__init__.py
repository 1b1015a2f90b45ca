"""Verify: where production differs from what was promoted, and its repair."""
