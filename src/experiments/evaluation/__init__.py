"""Evaluation: model specifications fitted and scored on folds, in parallel, with a cache of fits."""
