"""Input finding: thresholds are checked, and a finding survives being written."""

import pytest
from pydantic import ValidationError

from fraud.monitoring.inputs.finding import InputEvidence, InputFinding, InputRules


def test_a_finding_survives_being_written_and_read():
    evidence = InputEvidence(
        rule="missing", against="training", observed=1.0, usual=0.0, size=20.0, p_value=0.0
    )
    found = InputFinding(
        column="v", verdict="drift", sentence="v is missing.", size=20.0, evidence=[evidence]
    )
    assert InputFinding.model_validate_json(found.model_dump_json()) == found


@pytest.mark.parametrize("name", InputRules.model_fields)
def test_a_threshold_of_nothing_is_refused(name):
    with pytest.raises(ValidationError):
        InputRules(**{name: 0})
