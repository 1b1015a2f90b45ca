"""Datasets: the shelf. Raw files, and the splits that are prepared from them."""
