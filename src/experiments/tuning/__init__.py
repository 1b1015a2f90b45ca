"""Tuning: a hyperparameter search, its confirmation on fresh folds, and the winner."""
