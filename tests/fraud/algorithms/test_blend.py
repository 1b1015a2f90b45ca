"""A blend is its members as they are alone, by hyperparameters of their own, and their mean."""

from typing import Any

import numpy as np
import pytest

from fakes.data.labelled_rows import QUICK, fake_rows, fitted, quick_fit
from fakes.data.rows_with_gaps import gappy_rows
from fraud.algorithms.blend import BLEND, MEMBERS, SUREST, blended
from fraud.data.labelled_rows import LabelledRows
from fraud.explanation.importances import average_precision
from fraud.features.transforms import COMMONEST, AsTreesAndNetworksSee
from fraud.metrics.log_odds import log_odds
from fraud.model.fraud_model import FraudModel
from fraud.model.recipe import Recipe

every_member = pytest.mark.parametrize("member", MEMBERS, ids=lambda member: member.name)
NAMES = [member.name for member in MEMBERS]


def alone(rows: LabelledRows, out_of_bag: LabelledRows, **changes: Any) -> list[FraudModel]:
    return [
        quick_fit(name, train=rows, validation=out_of_bag, threads=1, **changes) for name in NAMES
    ]


@pytest.mark.parametrize("make", [fake_rows, gappy_rows])
def test_members_are_what_they_are_alone(make: Any) -> None:
    train, stop = make(1), make(2)
    blend = quick_fit("blend", train=train, validation=stop, threads=1)
    files = blend.to_files()
    for model in alone(train, stop):
        own = {name: data for name, data in model.to_files().items() if name != "model.json"}
        assert own.items() <= files.items()


@pytest.mark.parametrize("make", [fake_rows, gappy_rows])
def test_the_score_is_of_the_mean_of_what_members_say_in_log_odds(make: Any) -> None:
    train, stop, rows = make(1), make(2), make(5)
    blend = quick_fit("blend", train=train, validation=stop, threads=1)
    said = [
        log_odds(np.clip(model.scores(rows.rows), SUREST, 1 - SUREST))
        for model in alone(train, stop)
    ]
    found = log_odds(blend.scores(rows.rows))
    np.testing.assert_allclose(found, np.mean(said, axis=0), rtol=1e-9)


def test_a_member_that_is_all_too_sure_does_not_outvote_the_others() -> None:
    scores = fitted("blend").scores(fake_rows(5).rows)
    assert scores.min() >= SUREST * (1 - 1e-9)
    assert scores.max() <= 1 - SUREST * (1 - 1e-9)


@every_member
def test_each_hyperparameter_of_a_member_is_one_of_the_blend(member: Any) -> None:
    whole = BLEND.checked({}).model_dump()
    own = member.checked({}).model_dump()
    assert blended({member.name: own}).items() <= whole.items()
    assert len(own) == sum(name.startswith(f"{member.name}_") for name in whole)


def test_a_member_learns_by_its_own_hyperparameters() -> None:
    fewer = {"xgboost_n_estimators": 3, "lightgbm_num_leaves": 2, "neural_network_hidden_units": 5}
    files = quick_fit("blend", hyperparameters=fewer, threads=1).to_files()
    for name, changed in (
        ("xgboost", {"n_estimators": 3}),
        ("lightgbm", {"num_leaves": 2}),
        ("neural_network", {"hidden_units": 5}),
    ):
        own = quick_fit(name, hyperparameters=changed, threads=1).to_files()
        del own["model.json"]
        assert own.items() <= files.items()


def test_it_finds_at_least_as_much_as_its_best_member() -> None:
    rows = fake_rows(7)
    best = max(average_precision(rows.labels, fitted(name).scores(rows.rows)) for name in NAMES)
    assert average_precision(rows.labels, fitted("blend").scores(rows.rows)) > best - 0.01


def test_smote_draws_frauds_for_trees_and_network_alike() -> None:
    recipe = Recipe(imbalance="smote", smote_ratio=5)
    model = quick_fit(
        "blend", train=gappy_rows(1), validation=gappy_rows(2), recipe=recipe, threads=1
    )
    out_of_bag = gappy_rows(5)
    assert average_precision(out_of_bag.labels, model.scores(out_of_bag.rows)) > 0.4


def test_codes_are_no_quantities_to_either() -> None:
    """Between two of them SMOTE draws nothing: the columns that hold only what rows had."""
    rows = gappy_rows(1)
    transform = AsTreesAndNetworksSee.fit(rows)
    shown, discrete = transform.apply(rows.rows), transform.discrete(rows)
    codes = [rows.columns.index(name) for name in rows.categories]
    assert list(discrete[: len(codes)]) == codes
    of_network = [place for place in discrete if place >= len(rows.columns)]
    assert len(of_network) >= sum(min(len(it), COMMONEST) for it in rows.categories.values())
    assert set(np.unique(shown[:, of_network])) == {0.0, 1.0}


def test_the_library_of_each_member_is_written_down() -> None:
    assert set(fitted("blend").description.libraries) == {"numpy", "xgboost", "lightgbm", "torch"}
    assert QUICK["blend"].keys() < fitted("blend").hyperparameters.keys()


def test_progress_of_all_members_and_bags_is_counted_as_one() -> None:
    heard: list[tuple[int, int]] = []
    quick_fit(
        "blend", recipe=Recipe(bags=2), on_progress=lambda done, of, _: heard.append((done, of))
    )
    done, of = zip(*heard, strict=True)
    assert len(set(of)) == 1
    assert list(done) == sorted(set(done))
    assert {6 * each // (of[0] + 1) for each in done} == set(range(6))
