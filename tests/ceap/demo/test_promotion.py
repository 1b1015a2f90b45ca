"""The promotions of the demo: the simplest model first, no gate lowered for any."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from ceap.demo.promotion import FIRST, SIMPLE, promote_experiments
from experiments.session import ExperimentSession
from fakes.processes.terminal import capturing_console
from fakes.promotions.candidates import (
    CLEAN,
    COMMITTED,
    NEVER_COMMITTED,
    explored,
    run_in,
)
from fakes.promotions.production import fake_production
from fakes.studies.local_fit_pool import local_fit_pools
from fakes.studies.tuning import session_in, tuned_in
from promotion.audit.history import history
from promotion.production import ProductionSession

RunIds = dict[str, str | None]


@pytest.fixture(scope="module")
def experiments(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[ExperimentSession, RunIds]]:
    """A study, and a comparison whose simplest contender is the same model."""
    with local_fit_pools():
        session = session_in(tmp_path_factory.mktemp("state"))
        tuned = tuned_in(session, trials=2).run_id or ""
        tracking: Any = session.tracking
        run = tracking.runs[tuned]
        run = tracking.runs[tuned] = run.model_copy(update={"tags": run.tags | COMMITTED})
        explored(tracking, run.tags["data_digest"], CLEAN)
        comparison = tracking.log(run_in("comparisons"), {})
        simple = run.model_copy(update={"name": SIMPLE, "parent_run_id": comparison})
        tracking.log(simple, tracking.artifacts[tuned])
        yield session, {"compare": comparison, "tune": tuned}


@pytest.fixture
def production(experiments: tuple[ExperimentSession, RunIds]) -> ProductionSession:
    session: Any = experiments[0]
    store, tracking = copy.copy(session.objects), copy.deepcopy(session.tracking)
    store.objects = dict(session.objects.objects)
    return fake_production(objects=store, tracking=tracking, settings=session.settings)


@pytest.fixture
def run_ids(experiments: tuple[ExperimentSession, RunIds]) -> RunIds:
    return experiments[1]


def test_the_simplest_contender_is_promoted_only_where_nothing_is_in_production(
    production: ProductionSession, run_ids: RunIds
) -> None:
    console = capturing_console()
    promotion_id = promote_experiments(run_ids, production, console)
    [entry] = history(production)
    assert (entry.promotion_id, entry.reason) == (promotion_id, FIRST)
    simple, tuned = console.export_text(clear=False).split(f"{promotion_id} is in production")
    assert "Gates" in simple
    assert "UNCHANGED" in tuned  # it is the same model

    assert promote_experiments(run_ids, production, console) == promotion_id
    assert len(history(production)) == 1


def test_a_refusal_is_printed_and_the_demo_goes_on(
    production: ProductionSession, run_ids: RunIds
) -> None:
    tracking: Any = production.tracking
    for run_id, run in tracking.runs.items():
        tracking.runs[run_id] = run.model_copy(update={"tags": run.tags | NEVER_COMMITTED})
    console = capturing_console()

    assert promote_experiments(run_ids, production, console) is None
    assert console.export_text().count("PromotionRefused  ") == 2
    assert history(production) == []


def test_without_a_comparison_the_tuned_model_is_the_first(
    production: ProductionSession, run_ids: RunIds
) -> None:
    promotion_id = promote_experiments({"tune": run_ids["tune"]}, production, capturing_console())
    [entry] = history(production)
    assert entry.promotion_id == promotion_id
    assert entry.run_id == run_ids["tune"]
