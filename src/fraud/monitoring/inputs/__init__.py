"""Inputs: what a model is given on a day, compared with training and with the days before."""
