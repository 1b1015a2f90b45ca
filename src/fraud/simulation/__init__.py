"""Simulation: data sets with the shape of real ones, made from a seed."""
