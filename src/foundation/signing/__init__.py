"""Signing: signatures by KMS or a local key, and the identity of the signer."""
