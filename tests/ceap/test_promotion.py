"""`ceap promotion verify`: what differs is named, and the exit code says that it does."""

from collections.abc import Sequence
from typing import Any

import pytest
import typer

from ceap.promotion import print_differences
from fakes.promotions.production import fake_production
from fakes.promotions.promotions import FIRST, promote
from foundation import locations
from promotion.production import ProductionSession
from promotion.verify.verification import repair, verify


@pytest.fixture
def production() -> ProductionSession:
    return fake_production()


def exit_code(found: Sequence[Any], **how: bool) -> int:
    with pytest.raises(typer.Exit) as ended:
        print_differences(found, **how)
    return ended.value.exit_code


def test_what_differs_is_named_and_ends_the_command_with_3(
    production: ProductionSession, capsys: pytest.CaptureFixture[str]
) -> None:
    promote(production, FIRST)
    print_differences(verify(production))
    assert "agree." in capsys.readouterr().out

    name = locations.hyperparameter_name("max_depth")
    production.parameters.write(name, "777")
    assert exit_code(verify(production)) == 3
    said = capsys.readouterr()
    assert "max_depth" in said.out
    assert "ceap promotion verify --repair" in said.err

    print_differences(repair(production), repaired=True)
    assert "agree." in capsys.readouterr().out


def test_after_a_repair_nobody_is_sent_to_repair(
    production: ProductionSession, capsys: pytest.CaptureFixture[str]
) -> None:
    promote(production, FIRST)
    production.parameters.write(locations.hyperparameter_name("max_depth"), "777")

    assert exit_code(verify(production), repaired=True) == 3
    assert "--repair" not in capsys.readouterr().err
