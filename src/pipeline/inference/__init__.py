"""Inference: the parts that the stages score, store, alert and monitor are made of."""
