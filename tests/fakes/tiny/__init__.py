"""Tiny: a pipeline of three stages that takes a second a stage, run for real by the runner."""
