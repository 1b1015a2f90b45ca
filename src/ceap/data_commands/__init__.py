"""Data commands: describing files, and making and delivering daily batches."""
