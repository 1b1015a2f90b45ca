"""Simulation registry: the data sets that can be simulated, by the name of their description."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from foundation.errors import InvalidParams
from foundation.params import did_you_mean
from fraud.simulation import creditcard, payments


class Blocks(Protocol):
    """A function that simulates a table in blocks."""

    def __call__(self, rows: int, *, seed: int) -> Iterator[pl.DataFrame]:
        """Yield a table of `rows` rows in pieces; equal arguments give equal tables."""
        ...


@dataclass(frozen=True)
class Simulation:
    """How a raw file is made: its header line, its rows in blocks, and each block as text."""

    usual_rows: int
    header: str
    blocks: Blocks
    text: Callable[[pl.DataFrame], str]


SIMULATIONS = {
    "creditcard": Simulation(
        usual_rows=creditcard.REFERENCE_ROWS,
        header=creditcard.HEADER,
        blocks=creditcard.creditcard_blocks,
        text=creditcard.csv_text,
    ),
    "payments": Simulation(
        usual_rows=payments.ROWS,
        header=payments.HEADER,
        blocks=payments.payments_blocks,
        text=payments.csv_text,
    ),
}


def simulation_of(data: str) -> Simulation:
    """Return the simulation of `data`; InvalidParams suggests one where there is none."""
    if data not in SIMULATIONS:
        problem = f"no simulation makes {data!r}; {did_you_mean(data, set(SIMULATIONS))}"
        source = "The simulation"
        raise InvalidParams(source, [problem])
    return SIMULATIONS[data]
