"""Figures: the easel. Data in, a figure out, in one look that all pictures share."""
