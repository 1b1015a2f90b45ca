"""Shelf: raw files, the splits prepared from them, and the models trained on them."""
