"""Fraud is shown by text, by gap and by entity, and what the data does not have is said."""

from dataclasses import replace

import polars as pl
import pytest

from catalog.prepared_data import Manifest, read_manifest, read_split
from experiments.exploration.fraud_groups import (
    MOST_COLUMNS,
    FraudGroups,
    figure_of,
    fraud_groups,
)
from fakes.data.payments import prepared_payments
from fakes.data.training import execution_of, prepare_result
from fakes.processes.figure_text import require_readable


@pytest.fixture(scope="module")
def payments() -> tuple[pl.DataFrame, Manifest]:
    store = prepared_payments()
    execution = execution_of(store)
    manifest = read_manifest(execution, prepare_result(store).data_digest)
    return pl.concat(
        [read_split(execution, manifest, n) for n in ("train", "validation")]
    ), manifest


@pytest.fixture(scope="module")
def groups(payments: tuple[pl.DataFrame, Manifest]) -> FraudGroups:
    table, manifest = payments
    return fraud_groups(table, manifest, dict.fromkeys(manifest.columns, 0.5) | {"country": 0.7})


def test_every_row_is_in_one_group_of_each_column_of_text(
    groups: FraudGroups, payments: tuple[pl.DataFrame, Manifest]
) -> None:
    table, manifest = payments
    frauds = int(table[manifest.label].sum())
    assert list(groups.texts) == ["country", "channel"]  # the one that tells more first
    for found in groups.texts.values():
        assert sum(group.rows for group in found) == table.height
        assert sum(group.frauds for group in found) == frauds


def test_every_column_with_gaps_and_every_entity_is_there(
    groups: FraudGroups, payments: tuple[pl.DataFrame, Manifest]
) -> None:
    table, manifest = payments
    lacking = [name for name in manifest.columns if table[name].null_count()]
    assert "customer_age_years" in lacking
    assert [each.column for each in groups.gaps] == lacking
    assert groups.entity_table()["entity"].to_list() == ["customer", "terminal"]
    for facts in groups.entities:
        assert facts.entities == table[facts.column].n_unique()
        assert facts.rows == table.height


def test_every_group_can_be_drawn(groups: FraudGroups) -> None:
    drawn = groups.plots()
    names = ["fraud_by_text_country", "fraud_by_text_channel", "fraud_by_missing"]
    assert list(drawn) == groups.plot_names == names
    for figure in drawn.values():
        require_readable(figure)
    assert groups.notes() == []


def test_what_the_data_does_not_have_is_said() -> None:
    bare = FraudGroups(texts={}, other_texts=0, gaps=[], entities=[])
    assert bare.plots() == {}
    assert bare.entity_table().height == 0
    no_text, no_gap, no_entity = bare.notes()
    assert "no columns of text" in no_text
    assert "No value is missing" in no_gap
    assert "names no entities" in no_entity


def test_the_figure_of_a_column_has_the_name_of_a_file() -> None:
    assert figure_of("merchant / city (home)") == "fraud_by_text_merchant_city_home_"


def test_of_many_columns_of_text_those_that_tell_most_are_shown(
    payments: tuple[pl.DataFrame, Manifest],
) -> None:
    table, manifest = payments
    names = [f"text{n}" for n in range(MOST_COLUMNS + 3)]
    wide = table.with_columns(pl.col("channel").alias(name) for name in names)
    described = manifest.model_copy(update={"categories": {key: ["web"] for key in names}})
    strengths = {name: n / 100 for n, name in enumerate(names)}
    found = fraud_groups(wide, described, strengths)
    assert list(found.texts) == names[:2:-1]
    assert found.notes()[0].startswith("3 more columns of text")
    assert replace(found, other_texts=0).notes() == []
