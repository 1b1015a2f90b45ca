"""Evaluation: model specifications fitted and scored on folds, in parallel and cached."""
