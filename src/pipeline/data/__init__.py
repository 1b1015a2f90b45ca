"""Data: raw files, prepared splits, and days of transactions."""
