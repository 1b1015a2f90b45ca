"""Experiments without their cost: objectives, trials, studies, tunings and their recorded runs."""
