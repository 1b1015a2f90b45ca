"""Promotions for tests: candidates, champions, productions, and what is left of them."""
