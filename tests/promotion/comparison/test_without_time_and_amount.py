"""A candidate and a champion of data without time and amount: compared, but not by cost."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from catalog.prepared_data import read_manifest
from ceap.tables.evidence import churn_tables
from fakes.data.bare_csv import SPEC
from fakes.ports.bare_session import bare_session
from fakes.promotions.champions import FakeCatalog
from fakes.promotions.production import fake_production
from fakes.promotions.side_by_side import batch_of_a_day, evaluated, verdicts
from fakes.studies.tuning import tuned_in
from fraud.metrics.names import metric_name
from plots.layout.canvas import png
from promotion.candidates.candidate import load_candidate
from promotion.comparison.side_by_side import SideBySide

DAYS = (date(2026, 11, 20), date(2026, 11, 21))


@pytest.fixture(scope="module")
def side_by_side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SideBySide]:
    with bare_session(tmp_path_factory.mktemp("project")) as session:
        asked: dict[str, Any] = {"data": SPEC.name, "trials": 2, "threshold_rule": "f1"}
        tuned_in(session, **asked)
        store: Any = session.objects
        production = fake_production(
            objects=store, tracking=session.tracking, settings=session.settings
        )
        candidate = load_candidate("", production.tracking)
        catalog = FakeCatalog(store)
        manifest = read_manifest(catalog.execution, candidate.recorded.data_digest)
        catalog.deployed(manifest, catalog.fitted(manifest))
        for day in DAYS:
            batch_of_a_day(production, manifest, day)
        yield evaluated(candidate, production)


def test_both_are_compared_on_the_same_rows_by_every_gate(side_by_side: SideBySide) -> None:
    found = verdicts(side_by_side)
    assert found["same data"][0] == "pass"
    assert found["champion"][0] in ("pass", "hold", "fail")
    assert {"floors", "calibration", "run", "latency"} <= found.keys()
    table = side_by_side.metric_table()
    assert "average precision" in table["metric"].to_list()
    unmeasured = {metric_name("cost_per_1000"), metric_name("precision_at_k")}
    assert not unmeasured & {*table["metric"].to_list()}


def test_costs_are_not_compared_and_the_evidence_says_so(side_by_side: SideBySide) -> None:
    comparison = side_by_side.head_to_head.comparison
    assert comparison is not None
    assert comparison.cost is None
    assert "costs" not in side_by_side.sentence()
    evidence = side_by_side.evidence()
    assert evidence["cost_difference_per_1000"] is None
    [about_costs] = [note for note in evidence["notes"] if note.startswith("Costs are left out")]
    assert "`amount: COLUMN` in params/data/claims.yaml" in about_costs
    assert "cost" not in side_by_side.plots
    assert all(png(figure).startswith(b"\x89PNG") for figure in side_by_side.plots.values())


def test_decisions_about_stored_days_are_counted_without_amounts(side_by_side: SideBySide) -> None:
    churn = side_by_side.churn
    assert [day.day for day in churn.days] == [*DAYS]
    assert churn.total("after").count > 0
    assert churn.total("after").amount is None
    assert "amounts of" not in churn.sentence()
    assert f"{churn.total('newly_flagged').count:,} would be flagged newly and" in churn.sentence()
    names = churn.table().columns
    assert "newly_flagged" in names
    assert churn_tables(churn)
