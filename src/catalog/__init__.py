"""Catalog: raw files, prepared splits, daily batches, and the models trained on them."""
