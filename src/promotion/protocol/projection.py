"""Projection: the configuration copied to Parameter Store; anyone may repeat it at any time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from foundation import locations
from foundation.production.config import ProductionConfig
from foundation.stores.parameter_store import Parameter
from promotion.production import ProductionSession
from promotion.protocol.state import current_promotion, projected, read_config, read_parameters
from promotion.records import Write

MOST_ROUNDS = 3  # another round follows when another promotion was committed meanwhile


@dataclass(frozen=True)
class ParameterChanges:
    """The changes that Parameter Store needs: values to write, in order, and names to remove."""

    written: dict[str, str]
    removed: tuple[str, ...]


def parameter_changes(
    wanted: Mapping[str, str], present: Mapping[str, Parameter]
) -> ParameterChanges:
    """Return what differs between the wanted values and the present parameters.

    A present value is not written again, so it gets no new version.
    """
    written = {
        name: value
        for name, value in wanted.items()
        if name not in present or present[name].value != value
    }
    return ParameterChanges(written, tuple(sorted(present.keys() - wanted.keys())))


def project(config: ProductionConfig, production: ProductionSession) -> None:
    """Write the parameters that differ, and remove those that the configuration lacks.

    When another promotion is in production by now, its configuration is projected. The parameter of
    the whole configuration is written last: its presence means that all others are there.
    """

    def write(current: ProductionConfig) -> None:
        _write(parameter_changes(projected(current), read_parameters(production)), production)

    roll_forward(config, production, write)


def roll_forward(
    config: ProductionConfig,
    production: ProductionSession,
    write: Callable[[ProductionConfig], None],
) -> None:
    """Call `write` with the configuration, then with each one that was committed meanwhile.

    So a process that stood still for a while does not leave an old configuration behind.
    """
    for _ in range(MOST_ROUNDS):
        write(config)
        now, _, _ = read_config(production)
        if now is None or now.promotion_id == config.promotion_id:
            return
        config = now


def is_current(config: ProductionConfig, production: ProductionSession) -> bool:
    """Return whether the configuration is of the promotion that is in production."""
    return current_promotion(production) == config.promotion_id


def parameter_writes(wanted: Mapping[str, str], present: Mapping[str, Parameter]) -> list[Write]:
    """Return the changes of parameters for people: place, old value, new value."""
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
