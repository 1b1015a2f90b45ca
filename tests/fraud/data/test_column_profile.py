"""Column facts are those of the column, whatever is missing in it."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ks_2samp

from fakes.data.labelled_rows import COLUMNS, fake_rows
from fraud.data.column_profile import (
    ColumnFacts,
    column_facts,
    kolmogorov_smirnov_distance,
    total_variation,
)
from fraud.data.labelled_rows import LabelledRows


def facts_of(rows: LabelledRows) -> list[ColumnFacts]:
    """The facts of rows of numbers, each column as strong as its name is long."""
    table = pl.DataFrame(rows.rows, schema=list(rows.columns), orient="row", nan_to_null=True)
    return column_facts(rows, table, {name: len(name) / 10 for name in rows.columns})


@given(seed=st.integers(0, 2**32 - 1))
def test_drift_is_the_kolmogorov_smirnov_distance(seed: int) -> None:
    random = np.random.default_rng(seed)
    one, other = random.integers(0, 6, 20).astype(float), random.normal(2, 1, 31)
    assert kolmogorov_smirnov_distance(one, other) == pytest.approx(ks_2samp(one, other).statistic)


def test_every_column_is_described_in_order_and_by_its_kind() -> None:
    facts = facts_of(fake_rows(1))
    assert [fact.name for fact in facts] == list(COLUMNS)
    assert [fact.kind for fact in facts] == ["number"] * 4 + ["amount", "time"]
    assert [fact.univariate_auc for fact in facts] == [0.2] * 4 + [0.6, 0.4]


def test_missing_values_are_counted_and_left_out_of_everything_else() -> None:
    rows = fake_rows(1)
    holes = rows.rows.copy()
    holes[:300, 2] = np.nan
    found = facts_of(replace(rows, rows=holes, may_miss=frozenset({"V3"})))[2]
    assert found.missing_share == pytest.approx(300 / 1200)
    assert found.median == pytest.approx(np.median(rows.rows[300:, 2]))
    assert found.distinct == 900


def test_a_column_that_moves_with_time_has_drifted() -> None:
    rows = fake_rows(1)
    moved = rows.rows.copy()
    moved[:, 3] += moved[:, -1] / 86_400
    facts = facts_of(replace(rows, rows=moved))
    assert facts[3].drift > 0.3 > facts[2].drift


def test_a_column_without_any_value_says_nothing() -> None:
    rows = fake_rows(1)
    empty = rows.rows.copy()
    empty[:, 1] = np.nan
    found = facts_of(replace(rows, rows=empty, may_miss=frozenset({"V2"})))[1]
    assert (found.missing_share, found.distinct, found.drift) == (1.0, 0, 0.0)
    assert np.isnan([found.low, found.median, found.high]).all()


def test_texts_have_a_commonest_one_and_drift_by_how_often_each_occurs() -> None:
    rows = fake_rows(1, 300)
    order = np.argsort(rows.rows[:, -1], kind="stable")
    codes, texts = np.zeros(300), np.array(["web"] * 300, dtype=object)
    codes[order[250:]], texts[order[250:]] = np.nan, "never trained on"
    texts[order[:30]] = None
    matrix = rows.rows.copy()
    matrix[:, 0] = codes
    changed = replace(rows, rows=matrix, categories={"V1": ("web",)})
    table = pl.DataFrame(rows.rows, schema=list(rows.columns), orient="row")
    found = column_facts(
        changed,
        table.with_columns(V1=pl.Series(texts.tolist(), dtype=pl.String)),
        dict.fromkeys(rows.columns, 0.5),
    )[0]
    assert (found.kind, found.commonest, found.distinct) == ("category", "web", 2)
    assert found.missing_share == pytest.approx(0.1)  # an unknown text is not missing
    assert np.isnan([found.low, found.median, found.high]).all()
    assert found.drift == pytest.approx(0.5)  # of the last third half is new, of the first 0.3 gone


def test_total_variation_is_half_the_sum_of_all_differences_of_shares() -> None:
    one = pl.Series("c", ["a", "a", "b", None])
    assert total_variation(one, one) == 0
    assert total_variation(one, pl.Series("c", ["x"])) == 1
    assert total_variation(one, pl.Series("c", ["a", "b"])) == pytest.approx(0.25)
    assert total_variation(one, one.head(0)) == 0
