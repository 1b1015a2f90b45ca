"""Candidates: which recorded model an id or name means, and what production keeps of it."""
