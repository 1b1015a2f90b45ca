"""Tracking: runs and models in MLflow, written and read."""
