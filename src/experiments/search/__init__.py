"""Hyperparameter search whose result does not depend on the number of workers, or on kills."""
