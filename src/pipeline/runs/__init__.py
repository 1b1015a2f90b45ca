"""Runs: an execution of a pipeline, from its plan to its history."""
