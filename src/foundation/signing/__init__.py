"""Signing: signatures by KMS or a local key, and who signs."""
