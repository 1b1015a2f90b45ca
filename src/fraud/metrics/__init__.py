"""Metrics: estimates with intervals, curves, costs and thresholds of scored rows."""
