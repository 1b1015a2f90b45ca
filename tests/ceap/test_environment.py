"""The environment of a command: the local AWS is started where it is used, and only there."""

import sys
from pathlib import Path

import pytest

from ceap.environment import open_environment
from foundation.errors import Unavailable
from foundation.settings import Settings


def test_for_an_account_no_local_aws_is_started(account_environment: Path) -> None:
    settings = open_environment()
    assert settings.data_bucket == "fraud-detection-data-123456789012"
    assert settings.aws_endpoint_url is None
    assert not account_environment.exists()


def test_the_settings_have_the_addresses_of_the_local_aws(local_aws_environment: Settings) -> None:
    settings = open_environment()
    assert settings.aws_endpoint_url == local_aws_environment.aws_endpoint_url
    assert settings.aws_endpoint_url is not None


def test_without_the_local_aws_installed_two_ways_out_are_named(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ministack", None)  # as if it were not installed
    with pytest.raises(Unavailable, match=r"Install it, or set CEAP_ENVIRONMENT=aws") as refusal:
        open_environment()
    assert "extra `dev`" in str(refusal.value)
    assert not state.exists()
