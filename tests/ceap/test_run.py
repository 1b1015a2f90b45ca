"""`ceap run`: overrides are read whole, and options that do not go together are refused."""

import pytest
import typer
from typer.testing import CliRunner

from ceap.run import parsed_overrides, run
from foundation.errors import InvalidParams


def test_overrides_are_yaml_values():
    assert parsed_overrides(
        ["train.seed=7", "train.rate=0.5", "train.columns=[V1, V2]", "alert.limit=null",
         "alert.text=a=b"]
    ) == {
        "train": {"seed": 7, "rate": 0.5, "columns": ["V1", "V2"]},
        "alert": {"limit": None, "text": "a=b"},
    }  # fmt: skip


def test_all_malformed_overrides_are_told_at_once():
    with pytest.raises(InvalidParams) as refusal:
        parsed_overrides(["seed=7", "train.seed", ".seed=1", "train.seed=[1"])
    assert len(refusal.value.problems) == 4
    assert "STAGE.NAME=VALUE, as in train.seed=7" in str(refusal.value)


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
