"""A tracking server that fails says where and why, and gives nobody its password."""

import traceback

import pytest

from fakes.ports.settings import fake_settings
from foundation.errors import NotFound, Unavailable
from foundation.tracking.server import TrackingServer

URI = "https://ann:secret@mlflow.example:5000"


def test_neither_the_message_nor_its_traceback_shows_a_password_or_token() -> None:
    server = TrackingServer(fake_settings().model_copy(update={"tracking_uri": URI}))
    reason = f"no answer from {URI}/api?token=secret&limit=1"
    with pytest.raises(Unavailable) as failed, server.errors("Recording a run"):
        raise OSError(reason)
    assert str(failed.value) == (
        "Recording a run in https://ann:…@mlflow.example:5000 failed. OSError: no answer from "
        "https://ann:…@mlflow.example:5000/api?token=…&limit=1. Is the tracking server up?"
    )
    shown = traceback.format_exception(failed.value)
    assert not [line for line in shown if "secret" in line]


def test_an_error_of_our_own_passes_as_it_is() -> None:
    ours = NotFound("There is no such run.")
    with pytest.raises(NotFound) as failed, TrackingServer(fake_settings()).errors("Reading"):
        raise ours
    assert failed.value is ours
