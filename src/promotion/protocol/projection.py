"""Projection: the configuration as Parameter Store has it, brought there by anyone at any time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from foundation import locations
from foundation.production.config import ProductionConfig
from foundation.stores.parameter_store import Parameter
from promotion.production import ProductionSession
from promotion.protocol.state import current_promotion, projected, read_config, read_parameters
from promotion.records import Write

MOST_ROUNDS = 3  # rounds; each one more means that another promotion came in between


@dataclass(frozen=True)
class ParameterChanges:
    """What Parameter Store lacks: values to write, in order, and names to remove."""

    written: dict[str, str]
    removed: tuple[str, ...]


def parameter_changes(
    wanted: Mapping[str, str], present: Mapping[str, Parameter]
) -> ParameterChanges:
    """Compare; what is there already is not written again, so it gets no new version."""
    written = {
        name: value
        for name, value in wanted.items()
        if name not in present or present[name].value != value
    }
    return ParameterChanges(written, tuple(sorted(present.keys() - wanted.keys())))


def project(config: ProductionConfig, production: ProductionSession) -> None:
    """Write what differs and remove what the configuration lacks; whatever is in production now.

    The whole configuration is written last: its parameter says that all others are there.
    """

    def write(current: ProductionConfig) -> None:
        _write(parameter_changes(projected(current), read_parameters(production)), production)

    roll_forward(config, production, write)


def roll_forward(
    config: ProductionConfig,
    production: ProductionSession,
    write: Callable[[ProductionConfig], None],
) -> None:
    """Write it to some place; and whatever was committed meanwhile, so that who stood still for a
    while does not leave what is of the past."""
    for _ in range(MOST_ROUNDS):
        write(config)
        now, _, _ = read_config(production)
        if now is None or now.promotion_id == config.promotion_id:
            return
        config = now


def is_current(config: ProductionConfig, production: ProductionSession) -> bool:
    return current_promotion(production) == config.promotion_id


def parameter_writes(wanted: Mapping[str, str], present: Mapping[str, Parameter]) -> list[Write]:
    """The same changes, for people: place, old value, new value."""
    needed = parameter_changes(wanted, present)
    written = [
        Write(
            place=f"ssm:{name}",
            action="replace" if name in present else "create",
            old=present[name].value if name in present else None,
            new=value,
        )
        for name, value in needed.written.items()
    ]
    return written + [
        Write(place=f"ssm:{name}", action="remove", old=present[name].value, new=None)
        for name in needed.removed
    ]


def _write(needed: ParameterChanges, production: ProductionSession) -> None:
    last = locations.CONFIG_PARAMETER
    for name, value in needed.written.items():
        if name != last:
            production.parameters.write(name, value)
    if needed.removed:
        production.parameters.delete(needed.removed)
    if last in needed.written:
        production.parameters.write(last, needed.written[last])
