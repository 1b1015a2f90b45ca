"""Runs: executions of pipelines, from plan to history."""
