"""Scoring: requests checked against the columns of a model, and risk bands of scores."""
