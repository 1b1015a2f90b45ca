"""Projection: Parameter Store holds the configuration, and nothing else under its names."""

from fakes.promotions.promotions import FIRST, SECOND, promote, values
from foundation import locations
from foundation.production.config import from_parameter
from foundation.stores.parameter_store import Parameter
from promotion.production import ProductionSession
from promotion.protocol.projection import (
    is_current,
    parameter_changes,
    parameter_writes,
    roll_forward,
)
from promotion.protocol.state import projected, read_state


def test_the_manifest_holds_the_whole_configuration(production: ProductionSession) -> None:
    plan = promote(production, FIRST)

    manifest = values(production)[locations.CONFIG_PARAMETER]
    assert from_parameter(manifest, source="the manifest") == plan.config


def test_parameters_that_the_new_algorithm_lacks_are_removed(production: ProductionSession) -> None:
    promote(production, FIRST)
    plan = promote(production, SECOND)

    assert values(production) == projected(plan.config)


def test_values_that_stay_get_no_new_version(production: ProductionSession) -> None:
    promote(production, FIRST)
    promote(production, FIRST | {"seed": 8})

    found = read_state(production).parameters
    versions = {name: each.version for name, each in found.items()}
    changed = {name for name, version in versions.items() if version != 1}
    assert changed == {locations.CONFIG_PARAMETER}


def test_a_stranger_among_the_hyperparameters_is_removed(production: ProductionSession) -> None:
    stranger = locations.hyperparameter_name("learning_rat")
    production.parameters.write(stranger, "0.1")

    promote(production, FIRST)

    assert stranger not in read_state(production).parameters


def test_only_what_differs_is_written_and_only_strangers_are_removed() -> None:
    def parameter(name: str, value: str) -> Parameter:
        return Parameter(name=name, value=value)

    present = {name: parameter(name, value) for name, value in [("/a", "1"), ("/c", "3")]}

    found = parameter_changes({"/a": "1", "/b": "2"}, present)

    assert (found.written, found.removed) == ({"/b": "2"}, ("/c",))
    writes = parameter_writes({"/a": "9", "/b": "2"}, present)
    assert [(each.place, each.action, each.old, each.new) for each in writes] == [
        ("ssm:/a", "replace", "1", "9"),
        ("ssm:/b", "create", None, "2"),
        ("ssm:/c", "remove", "3", None),
    ]


def test_a_late_writer_leaves_what_was_committed_meanwhile(production: ProductionSession) -> None:
    old = promote(production, FIRST)
    new = promote(production, SECOND)
    written: list[str] = []

    roll_forward(old.config, production, lambda config: written.append(config.promotion_id))

    assert written == [old.promotion_id, new.promotion_id]
    assert not is_current(old.config, production)
    assert is_current(new.config, production)
