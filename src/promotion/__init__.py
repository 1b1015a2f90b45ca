"""Promotion: may it go to production, and how it gets there whole."""
