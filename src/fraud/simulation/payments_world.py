"""Payments world: the customers and terminals of the simulation, and who is near which.

Customers and terminals live on a square of SIDE by SIDE, as in the simulator of the Fraud Detection
Handbook (see fraud.simulation.payments). What is not theirs: web shops, which are in reach of
everybody and mostly abroad, ages and cards.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from fraud.data.arrays import Floats, Integers

SIDE, REACH = 100.0, 5.0
LEAST_CUSTOMERS, ROWS_A_CUSTOMER, TERMINALS_A_CUSTOMER = 20, 300, 2
WEB_SHOPS = 0.15  # of the terminals
# Namibia is NA: a country, not a missing one.
COUNTRIES = (
    "BE", "FR", "NL", "DE", "LU", "GB", "US", "IE", "ES", "IT", "PT", "AT", "CH", "PL", "SE", "CN",
    "JP", "BR", "IN", "NA",
)  # fmt: skip
HOME = 0
AGE_UNKNOWN = 0.04  # of the customers never gave it
OLDEST_CARD_DAYS = 3 * 365


@dataclass(frozen=True)
class Customers:
    """One entry a customer; `frequency` is relative, the last three are the bank's records."""

    x: Floats
    y: Floats
    mean_amount: Floats
    frequency: Floats
    online_share: Floats
    age_years: Floats
    card_since: Integers  # days before the first

    @classmethod
    def drawn(cls, count: int, random: np.random.Generator) -> Self:
        ages = np.floor(18 + 70 * random.beta(2, 3, count))
        ages[random.random(count) < AGE_UNKNOWN] = np.nan
        return cls(
            x=random.uniform(0, SIDE, count),
            y=random.uniform(0, SIDE, count),
            mean_amount=random.uniform(5, 100, count),
            frequency=random.uniform(0.05, 4, count),
            online_share=random.beta(2, 4, count),
            age_years=ages,
            card_since=random.integers(1, OLDEST_CARD_DAYS, count),
        )


@dataclass(frozen=True)
class Terminals:
    """One entry a terminal: the tills, then the web shops, of which some are far better known."""

    x: Floats
    y: Floats
    country: Integers
    tills: int

    @classmethod
    def drawn(cls, count: int, random: np.random.Generator) -> Self:
        shops = max(1, round(count * WEB_SHOPS))
        abroad = 1 / np.arange(1, len(COUNTRIES) + 1)
        countries = random.choice(len(COUNTRIES), size=shops, p=abroad / abroad.sum())
        return cls(
            x=random.uniform(0, SIDE, count - shops),
            y=random.uniform(0, SIDE, count - shops),
            country=np.concatenate([np.full(count - shops, HOME), countries]),
            tills=count - shops,
        )

    def shops_visited(self, count: int, random: np.random.Generator) -> Integers:
        known = 1 / np.arange(1, len(self.country) - self.tills + 1) ** 0.8
        return self.tills + random.choice(len(known), size=count, p=known / known.sum())


@dataclass(frozen=True)
class World:
    """All customers and terminals, and the tills within reach of each customer."""

    customers: Customers
    terminals: Terminals
    within_reach: Integers  # tills of the first customer, of the second, and so on
    starts: Integers  # of each customer's tills in `within_reach`, and the end of the last's

    @classmethod
    def drawn(cls, rows: int, random: np.random.Generator) -> Self:
        """Draw as many customers as make `rows` transactions in half a year, and their places."""
        count = max(LEAST_CUSTOMERS, rows // ROWS_A_CUSTOMER)
        customers = Customers.drawn(count, random)
        terminals = Terminals.drawn(count * TERMINALS_A_CUSTOMER, random)
        reach = [
            _near(x, y, terminals) for x, y in zip(customers.x, customers.y, strict=True)
        ]  # one after another: a table of all by all would not fit in memory
        starts = np.concatenate([[0], np.cumsum([len(tills) for tills in reach])])
        return cls(customers, terminals, np.concatenate(reach), starts)

    def tills_visited(self, customers: Integers, random: np.random.Generator) -> Integers:
        first, end = self.starts[customers], self.starts[customers + 1]
        return self.within_reach[random.integers(first, end)]


def _near(x: float, y: float, terminals: Terminals) -> Integers:
    """Return the tills within reach of a place, or else the nearest one."""
    distance = np.hypot(terminals.x - x, terminals.y - y)
    near = np.flatnonzero(distance < REACH)
    return near if len(near) else np.array([distance.argmin()])
