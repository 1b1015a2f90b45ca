"""Tracking: runs of experiments in MLflow, recorded once, now or when the server is up again."""
