"""Plots: data in, a figure out; all figures share one layout and one palette."""
