"""Refit: the final model learns from the rows that stopped its first fit, too.

Early stopping needs rows that nothing is learned from; of data that was split by time these are the
newest, and the most like tomorrow. So the number of rounds is found with them, and the model is
then fitted to all rows. Its calibration and its threshold stay those of the first fit, whose scores
of these rows are out-of-sample.
"""

import math
from collections.abc import Mapping
from dataclasses import replace

from fraud.algorithms import ALGORITHMS, algorithm_named
from fraud.data.labelled_rows import LabelledRows
from fraud.model.bagging import TrainingTask, fit_bag, joined
from fraud.model.description import as_described, saved_files
from fraud.model.fraud_model import FraudModel, file_digests


def refitted(
    model: FraudModel,
    train: LabelledRows,
    validation: LabelledRows,
    *,
    threads: int | None = None,
) -> FraudModel:
    """Return the model of `fit`, fitted again to both parts; several bags already are.

    Boosting rounds grow with the rows: as many a row as the first fit kept. Raises as `fit` does.
    """
    if model.recipe.bags > 1:
        return model
    [first] = model.bags
    rows = joined(train, validation)
    task = TrainingTask(
        rows,
        validation,
        model.description.seed,
        threads,
        rounds=_grown(first.rounds, len(rows.labels) / len(train.labels)),
    )
    algorithm = algorithm_named(model.algorithm)
    bag = fit_bag(algorithm, algorithm.checked(model.hyperparameters), model.recipe, task)
    described = {
        **as_described([bag.state()]),
        "files": file_digests(saved_files([bag.files])),
    }
    return replace(model, description=model.description.model_copy(update=described), bags=(bag,))


def _grown(rounds: Mapping[str, int], growth: float) -> dict[str, int]:
    return {
        learner: math.ceil(kept * growth) if ALGORITHMS[learner].boosts else kept
        for learner, kept in rounds.items()
    }
