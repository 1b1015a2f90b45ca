"""Batches: the commands that make a day of transactions, or take one."""
