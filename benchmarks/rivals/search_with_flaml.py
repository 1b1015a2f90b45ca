"""FLAML: its own search over every learner that it has for the task, by average precision.

`estimator_list` and `eval_method` stay "auto": it searches LightGBM, XGBoost, CatBoost, forests and
extra trees, and holds out a tenth of the rows, as it does above 100,000 rows (the newest tenth
where rows are dealt by time). `retrain_full="budget"` fits the winner again on all
rows, and still ends in time.
"""

from pathlib import Path

import pandas as pd
from exchange import Array, Development, Scorer, run
from flaml import AutoML


def contend(development: Development, seconds: float, answer: Path) -> tuple[Scorer, str]:
    automl = AutoML()
    automl.fit(
        pd.DataFrame(development.rows, columns=development.columns),
        pd.Series(development.labels.astype(int)),
        task="classification",
        metric="ap",
        time_budget=seconds,
        n_jobs=2,
        seed=42,
        retrain_full="budget",
        split_type="time" if development.by_time else "auto",
        log_file_name=str(answer / "flaml.log"),
        verbose=1,
    )

    def score(rows: Array) -> Array:
        probabilities: Array = automl.predict_proba(pd.DataFrame(rows, columns=development.columns))
        return probabilities[:, 1]

    return score, f"{automl.best_estimator}, {len(automl.config_history)} times improved"


if __name__ == "__main__":
    run(contend)
