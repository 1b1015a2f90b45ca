"""A finding has its check, its verdict and its sentence, in the record too."""

import pytest
from pydantic import ValidationError

from fraud.plausibility.finding import PlausibilityFinding, doubtful, impossible, plausible


@pytest.mark.parametrize(
    ("found", "verdict"), [(plausible, "ok"), (doubtful, "doubtful"), (impossible, "impossible")]
)
def test_a_finding_is_read_as_it_was_written(found, verdict):
    finding = found("dates", "These are dates.")
    assert (finding.check, finding.verdict, finding.sentence) == (
        "dates", verdict, "These are dates.",
    )  # fmt: skip
    assert PlausibilityFinding.model_validate_json(finding.model_dump_json()) == finding


def test_another_verdict_is_refused():
    with pytest.raises(ValidationError):
        PlausibilityFinding(check="dates", verdict="warn", sentence="")
