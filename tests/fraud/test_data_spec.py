"""Data spec: the promises of a data set's description."""

import pytest

from foundation.errors import InvalidParams
from foundation.settings import project_root
from fraud.data_spec import DataSpec

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


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"features": ["a", "euros"]}, "named twice: euros"),
        ({"features": []}, "features: "),
        ({"raw": "../elsewhere.csv"}, "raw: "),
        ({"sha256": "abc"}, "sha256: "),
        ({"lable": "Class"}, "lable: no such parameter; did you mean label?"),
    ],
)
def test_a_description_that_cannot_be_meant_is_refused(change, problem):
    with pytest.raises(InvalidParams) as refusal:
        DataSpec.checked({**WHOLE, **change}, source="cards.yaml")
    assert problem in str(refusal.value)
