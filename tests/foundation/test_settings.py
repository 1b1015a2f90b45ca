"""Settings: one environment from its file, environment variables and the local AWS."""

import json
from pathlib import Path

import pytest

from foundation.errors import InvalidParams
from foundation.settings import load_settings, local_addresses_file


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CEAP_STATE_DIRECTORY", str(tmp_path))
    monkeypatch.delenv("CEAP_ENVIRONMENT", raising=False)
    return tmp_path


def test_the_environment_is_local_unless_told_otherwise() -> None:
    settings = load_settings()

    assert settings.is_local
    assert settings.workflow_bucket == "fraud-detection-workflow-000000000000"


def test_a_variable_wins_over_the_file_and_fills_the_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CEAP_ENVIRONMENT", "aws")
    monkeypatch.setenv("CEAP_ACCOUNT", "123456789012")
    monkeypatch.setenv("CEAP_SCORES_TABLE", "Scores2")

    settings = load_settings()

    assert not settings.is_local
    assert settings.data_bucket == "fraud-detection-data-123456789012"
    assert settings.scores_table == "Scores2"
    assert settings.topic_arn("t") == "arn:aws:sns:us-east-1:123456789012:t"


def test_local_settings_know_where_the_local_aws_listens(state: Path) -> None:
    file = local_addresses_file(state)
    file.parent.mkdir()
    file.write_text(json.dumps({"aws_endpoint_url": "http://127.0.0.1:9"}))

    assert load_settings().aws_endpoint_url == "http://127.0.0.1:9"
    assert load_settings("aws").aws_endpoint_url is None


def test_an_unknown_environment_is_refused_with_the_known_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CEAP_ENVIRONMENT", "azure")

    with pytest.raises(InvalidParams, match="no environment 'azure'; known: aws, local"):
        load_settings()


def test_outside_of_a_project_the_error_says_where_to_go(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CEAP_PROJECT", str(tmp_path))

    with pytest.raises(InvalidParams, match="no environment 'local'"):
        load_settings()
