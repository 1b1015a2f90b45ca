"""`ceap run`: options that do not go together are refused."""

import pytest
import typer
from typer.testing import CliRunner

from ceap.run import run
from foundation.errors import InvalidParams


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["training", "--replay", "x"], "go together"),
        (["training", "--from", "train"], "go together"),
        (["training", "--replay", "x", "--from", "train", "--date", "2026-11-21"], "its day"),
    ],
)
def test_options_that_do_not_go_together_are_refused(arguments, reason):
    app = typer.Typer()
    app.command()(run)
    result = CliRunner().invoke(app, arguments)
    assert isinstance(result.exception, InvalidParams)
    assert reason in str(result.exception)
