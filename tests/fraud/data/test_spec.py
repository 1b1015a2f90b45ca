"""Data spec: the promises of a data set's description."""

import pytest

from foundation.errors import InvalidParams
from foundation.settings import project_root
from fraud.data.spec import DataSpec

WHOLE = {
    "name": "cards",
    "raw": "cards.csv",
    "minimum_rows": 10,
    "label": "is_fraud",
    "time": "second",
    "amount": "euros",
    "features": ["a", "b"],
}


def test_a_model_is_given_features_then_amount_then_time():
    spec = DataSpec.model_validate(WHOLE)
    assert spec.model_columns == ("a", "b", "euros", "second")
    assert spec.all_columns == ("a", "b", "euros", "second", "is_fraud")


def test_the_reference_data_set_is_described():
    spec = DataSpec.from_yaml(project_root() / "params" / "data" / "creditcard.yaml")
    assert spec.model_columns == (*(f"V{n}" for n in range(1, 29)), "Amount", "Time")
    assert len(spec.all_columns) == 31
    assert spec.sha256 is not None
    assert spec.sha256.startswith("76274b69")


DESCRIBED = {
    **WHOLE,
    "id": "payment",
    "entities": {"customer": "customer_id", "terminal": "till"},
    "categorical": ["channel"],
    "missing": ["b"],
    "annotations": ["scenario"],
}


def test_a_model_is_given_categories_after_features_and_nothing_that_only_names():
    spec = DataSpec.model_validate(DESCRIBED)
    assert spec.model_columns == ("a", "b", "channel", "euros", "second")
    others = ("payment", "customer_id", "till", "scenario", "is_fraud")
    assert spec.all_columns == (*spec.model_columns, *others)
    assert set(spec.texts) == {"channel", "payment", "customer_id", "till", "scenario"}


def test_categories_alone_are_enough_to_learn_from():
    spec = DataSpec.model_validate({**WHOLE, "features": [], "categorical": ["channel"]})
    assert spec.model_columns == ("channel", "euros", "second")


@pytest.mark.parametrize(
    ("left_out", "columns"),
    [
        ({"time"}, ("a", "b", "euros")),
        ({"amount"}, ("a", "b", "second")),
        ({"amount", "time"}, ("a", "b")),
        ({"features"}, ("euros", "second")),
        ({"features", "time"}, ("euros",)),
    ],
)
def test_time_amount_and_features_may_each_be_left_out(left_out, columns):
    spec = DataSpec.model_validate({key: WHOLE[key] for key in WHOLE.keys() - left_out})
    assert spec.model_columns == columns
    assert spec.all_columns == (*columns, "is_fraud")
    assert set(spec.roles.missing) == left_out - {"features"}


def test_a_table_of_amount_time_and_entities_needs_no_feature():
    entities = {"entities": {"card": "card_number"}}
    spec = DataSpec.model_validate({**WHOLE, **entities, "features": []})
    assert spec.model_columns == ("euros", "second")


def test_what_a_description_does_not_say_is_as_if_it_could_not_be_said():
    said = DataSpec.model_validate(WHOLE).model_dump(exclude_defaults=True)
    assert said == WHOLE


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"categorical": ["channel", "a"]}, "named twice: a"),
        ({"annotations": ["till"]}, "named twice: till"),
        ({"entities": {"customer": "x", "payer": "x"}}, "named twice: x"),
        ({"id": "is_fraud"}, "named twice: is_fraud"),
        ({"missing": ["channel", "euros"]}, "may miss numbers, and channel, euros is none"),
        ({"entities": {"Customer Id": "customer_id"}}, "entities.Customer Id"),
        ({"anotations": ["x"]}, "did you mean annotations?"),
    ],
)
def test_a_role_that_a_column_cannot_have_is_refused(change, problem):
    with pytest.raises(InvalidParams) as refusal:
        DataSpec.checked({**DESCRIBED, **change}, source="cards.yaml")
    assert problem in str(refusal.value)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"features": ["a", "euros"]}, "named twice: euros"),
        ({"features": [], "time": None, "amount": None}, "a model needs one column at least"),
        ({"raw": "../elsewhere.csv"}, "raw: "),
        ({"sha256": "abc"}, "sha256: "),
        ({"lable": "Class"}, "lable: no such parameter; did you mean label?"),
    ],
)
def test_a_description_that_cannot_be_meant_is_refused(change, problem):
    with pytest.raises(InvalidParams) as refusal:
        DataSpec.checked({**WHOLE, **change}, source="cards.yaml")
    assert problem in str(refusal.value)


PATTERNS = {**WHOLE, "features": ["V*"], "categorical": "rest", "ignore": ["note_*", "V9"]}
NAMES = ("V1", "note_a", "second", "V2", "V9", "channel", "euros", "is_fraud")


def test_patterns_stand_for_the_columns_that_have_no_other_role():
    spec = DataSpec.model_validate(PATTERNS).resolved(NAMES)
    assert (spec.features, spec.categorical) == (["V1", "V2"], ["channel"])
    assert sorted(spec.ignore) == ["V9", "note_a"]
    assert set(spec.all_columns) | set(spec.ignore) == set(NAMES)


def test_a_column_whose_name_looks_like_a_pattern_is_that_column():
    spec = DataSpec.model_validate({**WHOLE, "features": ["odd?", "a"]})
    assert spec.resolved(("odd?", "oddy", "a")).features == ["odd?", "a"]


def test_a_card_number_may_be_a_category_and_name_the_card():
    spec = DataSpec.model_validate({**DESCRIBED, "entities": {"card": "channel", "age": "a"}})
    assert spec.all_columns.count("channel") == 1
    assert "a" in spec.numbers
    assert "a" not in spec.texts


@pytest.mark.parametrize("role", ["label", "time", "id", "annotations"])
def test_an_entity_is_nothing_else(role):
    name = {"label": "is_fraud", "time": "second", "id": "payment", "annotations": "scenario"}[role]
    with pytest.raises(InvalidParams, match=f"named twice: {name}"):
        DataSpec.checked({**DESCRIBED, "entities": {"customer": name}}, source="cards.yaml")


def test_a_draft_with_an_open_question_is_refused_with_the_question():
    draft = {**WHOLE, "positive": "? which of A, B is fraud"}
    with pytest.raises(InvalidParams, match="positive: which of A, B is fraud"):
        DataSpec.checked(draft, source="cards.yaml")
