"""AutoGluon: its best ensemble of bagged trees, by average precision.

The preset is "best_quality": LightGBM, CatBoost, XGBoost and extra trees with the settings of its
portfolio, each on eight folds, one after another while there is time, and weighted together. It is
spared the search for how many layers to stack, and that search's share of the time. Its random
forests are left out: with memory to spare they do not look at the clock (606 s of 120, on a busy
machine). Held to it, they take the time of CatBoost: out of fold, average precision was 0.879
without forests and 0.872 with them, in one run of 300 s each on a shared machine. There is no
torch, so no neural networks.
"""

from pathlib import Path

import pandas as pd
from autogluon.tabular import TabularPredictor
from exchange import Array, Development, Scorer, run

LABEL = "is_fraud"


def contend(development: Development, seconds: float, answer: Path) -> tuple[Scorer, str]:
    table = pd.DataFrame(development.rows, columns=development.columns)
    table[LABEL] = development.labels
    predictor = TabularPredictor(
        LABEL,
        problem_type="binary",
        eval_metric="average_precision",
        path=str(answer / "models"),
        verbosity=0,
    )
    predictor.fit(
        table,
        time_limit=seconds,
        presets="best_quality",
        dynamic_stacking=False,
        num_stack_levels=0,
        excluded_model_types=["RF"],
        num_cpus=2,
        num_gpus=0,
    )

    def score(rows: Array) -> Array:
        unlabelled = pd.DataFrame(rows, columns=development.columns)
        probabilities: Array = predictor.predict_proba(unlabelled)[1].to_numpy()
        return probabilities

    fitted = len(predictor.model_names())
    return score, f"{predictor.model_best} of {fitted} models"


if __name__ == "__main__":
    run(contend)
