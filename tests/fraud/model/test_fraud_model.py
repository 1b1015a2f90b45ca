"""A model finds fraud, is the same after a load, and refuses what it cannot use."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.data.labelled_rows import (
    COLUMNS,
    FRAUD_SHARE,
    QUICK,
    ROLES,
    fake_rows,
    fitted,
    quick_fit,
    weights_of,
)
from fakes.data.rows_with_roles import EVERY_ROLES, rows_with_roles
from foundation.errors import InvalidData, InvalidParams
from fraud.algorithms import ALGORITHMS
from fraud.data.labelled_rows import LabelledRows
from fraud.data.roles import Roles
from fraud.metrics.thresholds import best_f1
from fraud.model.fraud_model import FraudModel, fit

every_algorithm = pytest.mark.parametrize("name", ALGORITHMS)


def average_precision(rows: LabelledRows, scores: np.ndarray) -> float:
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(rows.labels, scores))


def described(files: dict[str, bytes], **changes: Any) -> dict[str, bytes]:
    """Change what model.json says."""
    description = {**json.loads(files["model.json"]), **changes}
    return {**files, "model.json": json.dumps(description).encode()}


@every_algorithm
def test_it_finds_fraud_among_rows_it_never_saw(name: str) -> None:
    out_of_bag = fake_rows(5)
    assert average_precision(out_of_bag, fitted(name).scores(out_of_bag.rows)) > 10 * FRAUD_SHARE


@every_algorithm
def test_scores_are_one_probability_a_row(name: str) -> None:
    scores = fitted(name).scores(fake_rows(5).rows)
    assert scores.shape == (1200,)
    assert scores.dtype == np.float64
    assert scores.min() >= 0
    assert scores.max() <= 1


@every_algorithm
def test_the_threshold_has_the_best_f1_on_validation(name: str) -> None:
    validation = fake_rows(2)
    model = fitted(name)
    assert model.threshold == best_f1(validation.labels, model.scores(validation.rows))


def test_another_threshold_changes_nothing_else() -> None:
    model = fitted("logistic_regression")
    other = model.with_threshold(0.875)
    assert other.threshold == 0.875
    assert other.with_threshold(model.threshold).to_files() == model.to_files()
    assert other.bags == model.bags


@every_algorithm
def test_a_loaded_model_gives_bit_equal_scores(name: str) -> None:
    rows = fake_rows(5).rows
    loaded = FraudModel.from_files(fitted(name).to_files())
    assert np.array_equal(loaded.scores(rows), fitted(name).scores(rows))


@every_algorithm
def test_a_loaded_model_is_saved_as_the_same_bytes(name: str) -> None:
    files = fitted(name).to_files()
    assert FraudModel.from_files({**files, "metadata.json": b"{}"}).to_files() == files


@every_algorithm
def test_a_loaded_model_knows_what_it_is(name: str) -> None:
    model = FraudModel.from_files(fitted(name).to_files())
    assert (model.algorithm, model.columns) == (name, COLUMNS)
    assert QUICK[name].items() <= model.hyperparameters.items()
    assert model.threshold == fitted(name).threshold
    assert model.best_iteration == fitted(name).best_iteration


@every_algorithm
def test_equal_seeds_give_equal_bytes(name: str) -> None:
    assert quick_fit(name, seed=3).to_files() == fitted(name).to_files()


@pytest.mark.parametrize("name", [name for name in ALGORITHMS if name != "logistic_regression"])
def test_another_seed_gives_another_model(name: str) -> None:
    rows = fake_rows(5).rows
    assert not np.array_equal(quick_fit(name, seed=4).scores(rows), fitted(name).scores(rows))


@every_algorithm
@settings(max_examples=25)
@given(cuts=st.lists(st.integers(0, 1200), max_size=6).map(sorted))
def test_scoring_in_chunks_equals_scoring_at_once(name: str, cuts: list[int]) -> None:
    model, rows = fitted(name), fake_rows(5).rows
    chunks = np.concatenate([model.scores(chunk) for chunk in np.split(rows, cuts)])
    np.testing.assert_allclose(chunks, model.scores(rows), rtol=1e-12, atol=1e-15)


@every_algorithm
def test_no_rows_have_no_scores(name: str) -> None:
    assert fitted(name).scores(np.empty((0, len(COLUMNS)))).shape == (0,)


@every_algorithm
def test_rows_in_any_memory_order_score_the_same(name: str) -> None:
    rows = fake_rows(5).rows
    scores = fitted(name).scores(np.asfortranarray(rows))
    np.testing.assert_allclose(scores, fitted(name).scores(rows), rtol=1e-12, atol=1e-15)


@every_algorithm
def test_the_day_of_a_transaction_does_not_matter(name: str) -> None:
    rows = fake_rows(5).rows
    later = rows + np.array([0, 0, 0, 0, 0, 86_400 * 400])
    np.testing.assert_allclose(fitted(name).scores(later), fitted(name).scores(rows), rtol=1e-6)


@pytest.mark.parametrize("shape", [(3, 5), (3, 7), (6,), (1, 1, 6)])
def test_another_number_of_columns_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidData, match=r"6 columns \(V1 … Time\)"):
        fitted("xgboost").scores(np.zeros(shape))


def test_model_json_is_for_people_to_read() -> None:
    text = fitted("logistic_regression").to_files()["model.json"].decode()
    description = json.loads(text)
    assert text.count("\n") > 10
    assert description["columns"] == list(COLUMNS)
    assert description["hyperparameters"]["C"] == 0.01
    assert description["transform"] == "standardised"
    assert set(description["libraries"]) == {"numpy", "sklearn"}


@every_algorithm
def test_a_plain_model_says_no_more_in_model_json_than_it_needs(name: str) -> None:
    content = json.loads(fitted(name).to_files()["model.json"])
    assert set(content) == {
        "format", "algorithm", "columns", "hyperparameters", "threshold", "best_iteration", "seed",
        "transform", "transform_state", "libraries", "files",
    }  # fmt: skip
    assert set(content["transform_state"]) <= {"columns", "means", "deviations"}


@every_algorithm
def test_a_missing_file_is_named(name: str) -> None:
    files = fitted(name).to_files()
    for missing in files:
        rest = {file: data for file, data in files.items() if file != missing}
        with pytest.raises(InvalidData, match=missing):
            FraudModel.from_files(rest)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"algorithm": "xgbost"}, "did you mean xgboost"),
        ({"transform": "time_of_dya"}, "did you mean time_of_day"),
        ({"transform_state": {"x": 1}}, "not the state"),
    ],
)
def test_a_description_that_is_not_understood_is_refused(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidData, match=message):
        FraudModel.from_files(described(fitted("xgboost").to_files(), **changes))


def test_an_unknown_algorithm_is_refused() -> None:
    with pytest.raises(InvalidParams, match="did you mean xgboost"):
        fit("xgbost", {}, fake_rows(1), fake_rows(2), seed=0)


@every_algorithm
def test_an_unknown_hyperparameter_is_refused_with_the_nearest_name(name: str) -> None:
    [weight, *_] = weights_of(name)
    with pytest.raises(InvalidParams, match=f"did you mean {weight}"):
        fit(name, {f"{weight[:-2]}th": 1.0}, fake_rows(1), fake_rows(2), seed=0)


@pytest.mark.parametrize("seed", [-1, 2**31])
def test_a_seed_that_a_library_cannot_hold_is_refused(seed: int) -> None:
    with pytest.raises(InvalidParams, match="from 0 to 2147483647"):
        quick_fit("lightgbm", seed=seed)


def test_rows_that_nothing_can_be_learned_from_are_refused() -> None:
    rows = fake_rows(1)
    with pytest.raises(InvalidData, match="the training rows hold 0 frauds among"):
        quick_fit("xgboost", train=rows.take(rows.labels == 0))


@every_algorithm
@pytest.mark.parametrize("roles", EVERY_ROLES, ids=lambda roles: "+".join(roles.columns) or "none")
def test_a_model_does_without_an_amount_and_a_time(name: str, roles: Roles) -> None:
    parts = {
        part: rows_with_roles(roles, seed) for seed, part in enumerate(["train", "validation"])
    }
    model, out_of_bag = quick_fit(name, threads=1, **parts), rows_with_roles(roles, 5)
    scores = model.scores(out_of_bag.rows)
    assert average_precision(out_of_bag, scores) > 10 * FRAUD_SHARE
    again = FraudModel.from_files(model.to_files())
    assert again.roles == model.roles == roles
    assert np.array_equal(again.scores(out_of_bag.rows), scores)


@every_algorithm
def test_a_model_from_before_roles_were_written_takes_its_last_two_columns_for_them(
    name: str,
) -> None:
    files, rows = fitted(name).to_files(), fake_rows(5).rows
    assert "roles" not in json.loads(files["model.json"])
    explicit = FraudModel.from_files(described(files, roles={"amount": "Amount", "time": "Time"}))
    by_position = FraudModel.from_files(files)
    assert explicit.roles == by_position.roles == ROLES
    assert explicit.to_files() == by_position.to_files() == files
    assert np.array_equal(explicit.scores(rows), by_position.scores(rows))
