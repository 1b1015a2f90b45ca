"""Request features: taken by name as numbers, or refused with every reason."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.data.json_values import anything
from fakes.data.labelled_rows import ROLES
from fraud.scoring.model_columns import ModelColumns
from fraud.scoring.request_features import FeatureLaws

PLAIN = FeatureLaws(ModelColumns(("V1", "V2", "Amount", "Time"), roles=ROLES))
MIXED = FeatureLaws(
    ModelColumns(
        ("Age", "Visits", "Channel", "Amount", "Time"),
        {"Channel": ("web", "till")},
        frozenset({"Age"}),
        ROLES,
    )
)
MIXED_FEATURES: dict[str, object] = {"Age": 41, "Visits": 3, "Channel": "till"}


def numbers(laws: FeatureLaws, *features: Any) -> list[list[float]]:
    rows: list[list[float]] = laws.matrix([{"features": one} for one in features]).tolist()
    return rows


def test_features_are_taken_by_name_whatever_their_order():
    assert numbers(PLAIN, {"V1": -1.5, "V2": 3}, {"V2": 3, "V1": -1.5}) == [[-1.5, 3.0]] * 2


def test_no_transactions_are_a_matrix_without_rows():
    assert PLAIN.matrix([]).shape == (0, 2)
    assert MIXED.matrix([]).shape == (0, 3)


@pytest.mark.parametrize(
    ("features", "rule", "detail"),
    [
        ([1, 2], "features", "features is an object, not [1, 2]"),
        (None, "features", "features is an object, not None"),
        ({"V2": 1.0}, "features_missing", "features lacks V1"),
        ({}, "features_missing", "features lacks V1, V2"),
        ({"v1": 1.0, "V2": 1.0}, "features_missing", "lacks V1, and has 'v1', which the model does "
         "not know: renamed?"),
        ({"V1": "a", "V2": 1.0}, "features_not_finite", "V1 is 'a'"),
        ({"V1": True, "V2": 1.0}, "features_not_finite", "V1 is True"),
        ({"V1": None, "V2": 1.0}, "features_not_finite", "V1 is None"),
        ({"V1": 0, "V2": float("nan")}, "features_not_finite", "V2 is nan"),
        ({"V1": 0, "V2": 10**400}, "features_not_finite", "finite numbers"),
    ],
)  # fmt: skip
def test_features_that_a_model_of_numbers_cannot_take_are_refused(features, rule, detail):
    (problem,) = PLAIN.problems(features)
    assert problem.rule == rule
    assert detail in problem.detail


def test_every_law_that_features_break_is_named():
    problems = MIXED.problems({"Channel": 7, "Age": "old", "Country": "BE"})
    assert [problem.rule for problem in problems] == [
        "features_missing", "features_not_finite", "features_not_text",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        ({}, [41, 3, 1]),
        ({"Channel": "web"}, [41, 3, 0]),
        ({"Channel": "pigeon"}, [41, 3, np.nan]),
        ({"Channel": ""}, [41, 3, np.nan]),
        ({"Channel": None}, [41, 3, np.nan]),
        ({"Age": None}, [np.nan, 3, 1]),
    ],
)
def test_texts_become_codes_and_what_is_unknown_or_null_is_missing(changes, row):
    features = {**MIXED_FEATURES, **changes}
    assert MIXED.problems(features) == []
    np.testing.assert_array_equal(numbers(MIXED, features), [row])


def test_what_may_be_missing_may_also_be_absent():
    assert MIXED.problems({"Visits": 3}) == []
    np.testing.assert_array_equal(numbers(MIXED, {"Visits": 3}), [[np.nan, 3, np.nan]])


@pytest.mark.parametrize(
    ("changes", "rule", "detail"),
    [
        ({"Channel": 7}, "features_not_text",
         "Channel takes text in Unicode, or null where it is missing; Channel is 7"),
        ({"Channel": "\ud800"}, "features_not_text", "Channel is"),
        ({"Age": 1.1e30}, "features_not_finite", "Age is 1.1e+30"),
        ({"Channel": True}, "features_not_text", "Channel is True"),
        ({"Age": "41"}, "features_not_finite", "Age is '41'"),
        ({"Age": float("nan")}, "features_not_finite", "Age is nan"),
        ({"Age": 10**400}, "features_not_finite",
         "features are finite numbers of at most 1e+30; Age is 1"),
        ({"Visits": None}, "features_not_finite", "Visits is None"),
    ],
)  # fmt: skip
def test_a_feature_of_another_kind_is_refused_with_the_reason(changes, rule, detail):
    (problem,) = MIXED.problems({**MIXED_FEATURES, **changes})
    assert problem.rule == rule
    assert detail in problem.detail


def test_a_feature_that_the_model_does_not_know_is_no_fault_of_the_transaction():
    assert PLAIN.problems({"V1": 1.0, "V2": 1.0, "V9": "anything"}) == []
    features = {**MIXED_FEATURES, "Country": "BE"}
    assert MIXED.problems(features) == []
    np.testing.assert_array_equal(numbers(MIXED, features), numbers(MIXED, MIXED_FEATURES))


def test_a_number_that_may_not_be_missing_may_not_be_absent():
    (problem,) = MIXED.problems({"Age": 41, "Channel": "web"})
    assert problem.detail == "features lacks Visits"


mixed_features = st.dictionaries(
    st.sampled_from([*MIXED_FEATURES, "Country"]), st.sampled_from(["web", "x"]) | anything
)


@settings(max_examples=50)
@given(mixed_features | st.just(MIXED_FEATURES))
def test_whatever_the_features_are_what_is_accepted_has_numbers_where_they_are_needed(features):
    if not MIXED.problems(features):
        [[age, visits, channel]] = numbers(MIXED, features)
        assert np.isfinite(visits)
        assert not np.isinf(age)
        assert channel in (0, 1) or np.isnan(channel)


def test_laws_that_ask_so_have_a_problem_with_unknown_features():
    (problem,) = PLAIN.unknown_problems({"V1": 1.0, "V2": 1.0, "V9": 0})
    assert problem == ("features_unknown", "the model knows no feature 'V9'")
    assert PLAIN.unknown_problems({"V1": 1.0}) == PLAIN.unknown_problems(None) == []
