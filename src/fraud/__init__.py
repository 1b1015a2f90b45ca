"""Fraud detection domain: data, features, algorithms, metrics, drift; no I/O and no clock."""
