"""Benchmarks: one script a claim; each prints its figure beside the floor it is compared with."""
