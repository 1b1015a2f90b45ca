"""Inference: parts of the stages score, store, alert and monitor."""
