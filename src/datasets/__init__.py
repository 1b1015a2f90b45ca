"""Datasets: the shelf. Raw files, the splits prepared from them, and the models trained on them."""
