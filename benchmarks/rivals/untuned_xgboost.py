"""Untuned XGBoost: the library's own settings, fitted once on all development rows."""

from pathlib import Path

from exchange import Array, Development, Scorer, run
from xgboost import XGBClassifier


def contend(development: Development, seconds: float, answer: Path) -> tuple[Scorer, str]:  # noqa: ARG001
    model = XGBClassifier(n_jobs=2).fit(development.rows, development.labels)

    def score(rows: Array) -> Array:
        probabilities: Array = model.predict_proba(rows)
        return probabilities[:, 1]

    return score, "nothing"


if __name__ == "__main__":
    run(contend)
