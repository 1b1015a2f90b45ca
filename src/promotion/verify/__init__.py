"""Verifying: where production is not what was promoted, and how it is put right."""
