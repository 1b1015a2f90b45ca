"""Readers of production who look after every call, and remember each thing that they saw."""

from collections.abc import Callable
from typing import Any

from foundation import locations
from foundation.errors import FraudDetectionError, InvalidData, NotFound
from foundation.production.config import (
    ProductionConfig,
    from_parameter,
    read_production_config,
)
from promotion.production import ProductionSession
from promotion.protocol.state import projected, read_parameters

Reader = Callable[[], Any]


class Readers:
    """What is seen in each place, one after another, each thing once for as long as it stays.

    A place whose reader refuses what it finds was torn.
    """

    def __init__(self, readers: dict[str, Reader]) -> None:
        self._readers = readers
        self.seen: list[dict[str, Any]] = []
        self.torn: list[str] = []
        self.look()

    def look(self) -> None:
        found: dict[str, Any] = {}
        # The place that decides comes last: it may change while the others are read.
        for place, read in reversed(self._readers.items()):
            try:
                found[place] = read()
            except FraudDetectionError as refusal:
                self.torn.append(f"{place}: {refusal}")
        if not self.seen or self.seen[-1] != found:
            self.seen.append(found)

    def problems(self, old: Any, new: Any) -> list[str]:
        """All that was neither the old nor the new, and every way back from the new to the old.

        No place may be ahead of those named before it: the first one decides.
        """
        found = list(self.torn)
        allowed = [old, new]
        reached = dict.fromkeys(self._readers, 0)
        for number, seen in enumerate(self.seen):
            for place, value in seen.items():
                if value not in allowed:
                    found.append(f"{place} at look {number} is neither old nor new: {value}")
                elif (now := allowed.index(value)) < reached[place]:
                    found.append(f"{place} went back to the old at look {number}")
                else:
                    reached[place] = now
            if list(reached.values()) != sorted(reached.values(), reverse=True):
                found.append(f"a place was ahead at look {number}: {reached}")
        return found


def readers_of(production: ProductionSession) -> Readers:
    """The readers that there are: of the file in S3, and of the manifest in Parameter Store."""
    return Readers({"file": _of_file(production), "parameter": _of_parameter(production)})


def _of_file(production: ProductionSession) -> Reader:
    """`read_production_config`, asked anew when the bytes are others."""
    at = production.bucket, locations.PRODUCTION_CONFIG

    def raw() -> bytes | None:
        try:
            return production.objects.read(*at)
        except NotFound:
            return None

    return _once_each(
        raw, lambda _: read_production_config(production.objects, production.settings)
    )


def _of_parameter(production: ProductionSession) -> Reader:
    """Who reads the manifest, and then each hyperparameter that it promises."""
    name = locations.CONFIG_PARAMETER

    def raw() -> str | None:
        found = production.parameters.read([name])
        return found[name].value if found else None

    def promised(text: str | None) -> ProductionConfig | None:
        if text is None:
            return None
        config = from_parameter(text, source=name)
        values = {name: each.value for name, each in read_parameters(production).items()}
        if values != projected(config):
            message = "the manifest came before what it promises"
            raise InvalidData(message)
        return config

    return _once_each(raw, promised)


def _once_each(raw: Reader, parsed: Callable[[Any], Any]) -> Reader:
    known: dict[Any, Any] = {}

    def read() -> Any:
        found = raw()
        if found not in known:
            known[found] = parsed(found)
        return known[found]

    return read
