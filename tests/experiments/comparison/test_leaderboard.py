"""A leaderboard names the best, which contenders are no worse, and what each costs."""

import polars as pl
import pytest

from experiments.comparison.contender import Contender
from experiments.comparison.leaderboard import leaderboard_table, verdict
from experiments.comparison.result import Comparison
from experiments.session import ExperimentSession
from fakes.studies.contenders import contender


def test_the_leaderboard_names_what_a_model_costs_to_run(
    compared: tuple[Comparison, ExperimentSession],
) -> None:
    table = compared[0].leaderboard()
    assert table["contender"].to_list() == [each.name for each in compared[0].contenders]
    assert (table["kB"] > 0).all()
    assert (table["µs a row"] > 0).all()
    assert table.filter(pl.col("contender") == "random_forest")["note"].item()


BEST = contender("xgboost", 0.8)
SAME, ALSO = contender("lightgbm", 0.79), contender("blend", 0.78)
WORSE = contender("logistic_regression", 0.5, p_value=0.0012)


@pytest.mark.parametrize(
    ("contenders", "sentence"),
    [
        ([BEST], "nothing was compared with it."),
        ([BEST, WORSE], "xgboost is best, with an average precision of 0.800 (0.700–0.900)"),
        ([BEST, SAME, WORSE], "these rows cannot tell it from lightgbm."),
        ([BEST, SAME, ALSO], "these rows cannot tell it from lightgbm and blend."),
    ],
)
def test_the_verdict_names_the_best_and_whoever_is_no_worse(
    contenders: list[Contender], sentence: str
) -> None:
    assert verdict(contenders).startswith("xgboost ")
    assert sentence in verdict(contenders)


def test_each_row_says_how_a_contender_stands_to_the_best() -> None:
    table = leaderboard_table([BEST, SAME, WORSE])
    assert table[""].to_list() == [1, 2, 3]
    assert table["like the best"].to_list() == [
        "best", "indistinguishable (p 1.00)", "no (p 0.001)",
    ]  # fmt: skip
    assert table["average precision"][0] == "0.800 (0.700–0.900)"
    assert table.select("fit, s", "µs a row", "kB").row(0) == (1.2, 2.0, 4)
