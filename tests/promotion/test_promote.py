"""A candidate is seen beside the champion on the same rows, and nothing is touched."""

import pytest

from experiments.choices import DataChoice
from experiments.feature_sets import feature_set_named
from experiments.promote import beside_champion, finish
from experiments.workshop import Workshop
from fakes.tuning import tuned_in, workshop_in
from foundation import locations
from foundation.errors import NotFound
from foundation.lineage import lineage
from fraud.model import fit
from shelf.model_archive import ModelMetadata, golden_rows, store_model

SMALL = {"resamples": 60}


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workshop, str]:
    workshop = workshop_in(tmp_path_factory.mktemp("state"))
    return workshop, tuned_in(workshop, trials=2).run_id or ""


@pytest.fixture
def deployed(tuned: tuple[Workshop, str]) -> tuple[Workshop, str]:
    """The same, with another model behind the endpoint."""
    workshop, run_id = tuned
    development = workshop.development(DataChoice(), feature_set_named("plain"))
    train, validation = development.train, development.validation
    model = fit("random_forest", {"n_estimators": 5}, train, validation, seed=1)
    made_from = lineage(data_digest=development.manifest.data_digest, config_digest="0" * 64)
    metadata = ModelMetadata(
        **made_from.model_dump(),
        algorithm="random_forest",
        columns=list(model.columns),
        threshold=model.threshold,
        golden=golden_rows(model, validation, 4),
    )
    digest = store_model(workshop.execution, model, metadata)
    endpoint = f'{{"name": "prod", "model_digest": "{digest}"}}'.encode()
    workshop.objects.write(workshop.settings.config_bucket, locations.ENDPOINT, endpoint)
    return workshop, run_id


def test_without_a_deployed_model_there_is_nothing_to_beat(tuned: tuple[Workshop, str]) -> None:
    beside = beside_champion(workshop=tuned[0], **SMALL)
    assert beside.champion is None
    assert "no champion to beat" in beside.verdict()
    assert beside.candidate_metrics["roc_auc"].value > 0.5


def test_both_are_measured_on_the_same_test_rows(deployed: tuple[Workshop, str]) -> None:
    beside = beside_champion(workshop=deployed[0], run_id=deployed[1], **SMALL)
    gap = beside.differences["average_precision"].difference.value
    candidate = beside.candidate_metrics["average_precision"].value
    champion = beside.champion_metrics["average_precision"].value
    assert gap == pytest.approx(candidate - champion)
    assert beside.metric_table().height == len(beside.candidate_metrics)
    assert beside.obstacles == []


def test_what_would_change_is_listed_old_and_new(deployed: tuple[Workshop, str]) -> None:
    table = beside_champion(workshop=deployed[0], **SMALL).difference_table()
    rows = {row["setting"]: (row["champion"], row["candidate"]) for row in table.to_dicts()}
    assert rows["algorithm"] == ("random_forest", "logistic_regression")
    assert rows["n_estimators"][0] == "5"


def test_looking_changes_nothing_but_the_result(deployed: tuple[Workshop, str]) -> None:
    workshop, _ = deployed
    before = dict(workshop.objects.objects)
    beside = beside_champion(workshop=workshop, **SMALL)
    assert dict(workshop.objects.objects) == before
    output = finish(beside, workshop, reason="to see")
    assert output.reason == "to see"
    assert output.champion_digest


def test_a_run_that_is_not_there_is_refused(tuned: tuple[Workshop, str]) -> None:
    with pytest.raises(NotFound):
        beside_champion(workshop=tuned[0], run_id="run-999", **SMALL)


def test_a_run_without_a_model_says_where_to_look(tuned: tuple[Workshop, str]) -> None:
    workshop, run_id = tuned
    child = workshop.tracking.children(run_id)[0]
    with pytest.raises(NotFound, match=r"kept no model.*ceap runs"):
        beside_champion(workshop=workshop, run_id=child.run_id, **SMALL)
