"""Tracking: runs and registered models in MLflow."""
