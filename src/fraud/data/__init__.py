"""Data: the description of a data set, its validation, splits and folds."""
