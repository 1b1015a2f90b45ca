"""Candidates: which recorded model is meant, and what production keeps of it."""
