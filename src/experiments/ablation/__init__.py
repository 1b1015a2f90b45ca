"""Ablation: which feature set adds to a model beyond chance."""
