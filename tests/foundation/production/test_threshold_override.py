"""Threshold override: a score in alert.yaml, or nothing; anything else is refused."""

import pytest

from foundation.errors import InvalidParams
from foundation.production.threshold_override import ALERT_PARAMS, read_threshold_override


@pytest.fixture
def alert_yaml(tmp_path, monkeypatch):
    path = tmp_path / ALERT_PARAMS
    path.parent.mkdir(parents=True)
    monkeypatch.setenv("CEAP_PROJECT", str(tmp_path))
    return path


@pytest.mark.parametrize(
    ("content", "override"),
    [
        ("threshold: null\n", None), ("threshold: 0.8\n", 0.8), ("threshold: 0\n", 0.0),
        ("transactions_per_message: 7\n", None),
    ],
)  # fmt: skip
def test_the_number_in_alert_yaml_counts_and_null_is_none(alert_yaml, content, override):
    alert_yaml.write_text(content)
    assert read_threshold_override() == override


@pytest.mark.parametrize("wrong", ["1.5", "-0.1", "high", ".nan"])
def test_what_is_no_score_is_refused_with_the_file(alert_yaml, wrong):
    alert_yaml.write_text(f"threshold: {wrong}\n")
    with pytest.raises(InvalidParams, match="threshold") as refusal:
        read_threshold_override()
    assert str(alert_yaml) in str(refusal.value)
