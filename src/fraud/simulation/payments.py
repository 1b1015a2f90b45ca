"""Payments simulation: half a year of card payments with customers, terminals and known frauds.

It follows the simulator of Le Borgne, Siblini, Lebichot and Bontempi, "Reproducible Machine
Learning for Credit Card Fraud Detection" (2022), chapter 3: customers with a home, a mean amount
and a frequency pay at terminals within reach, and three scenarios make frauds of some payments.
Channels, countries, ages and the fourth scenario are ours. Nothing about real fraud follows.

1. *large amount*: every amount above a cut.
2. *terminal*: a compromised till, on which every payment is fraud for 28 days. No payment shows it
   by itself; what is known of the till's past does.
3. *card*: a card in other hands for 14 days. A third of its payments are fraud, of five times the
   amount: they stand out against the customer's other payments.
4. *testing*: a stolen card number is tried in one web shop, several times within minutes, with tiny
   amounts, for which some legitimate payments are mistaken.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from foundation.errors import InvalidParams
from fraud.data.arrays import Flags, Floats, Integers
from fraud.simulation.payments_world import COUNTRIES, World

ROWS, DAYS, DAY_SECONDS = 300_000, 183, 86_400
COLUMNS = (
    "transaction_id", "seconds", "customer_id", "terminal_id", "amount", "channel", "country",
    "customer_age_years", "card_age_days", "scenario", "fraud",
)  # fmt: skip
HEADER = ",".join(COLUMNS) + "\n"
ROWS_A_BLOCK = 100_000

CHANNELS = ("chip", "contactless", "online", "phone")
CHIP, CONTACTLESS, ONLINE, PHONE = range(len(CHANNELS))
CONTACTLESS_LIMIT, CONTACTLESS_SHARE, PHONE_SHARE = 50.0, 0.7, 0.1
TINY, TINY_SHARE = (0.5, 3.0), 0.02  # what apps and songs cost, and how often one is bought online
COUNTRY_UNKNOWN = 0.03  # of what is ordered by phone
NOON_SPREAD_SECONDS = 20_000

SCENARIOS = ("", "large amount", "terminal", "card", "testing")
LARGE_AMOUNT, TERMINAL, CARD, TESTING = range(1, len(SCENARIOS))
CUT = 220.0
TERMINAL_DAYS, TERMINALS_HIT = 28, 0.03  # days, and the share of the tills that are hit once
CARD_DAYS, CARDS_HIT, CARD_SHARE, CARD_FACTOR = 14, 0.08, 1 / 3, 5
TESTS_A_ROW, TESTS_A_CARD, TEST_SECONDS = 0.0012, (3, 8), 600


@dataclass(frozen=True)
class _Payments:
    """Columns of the payments, not yet in order; `scenario` is an index of SCENARIOS."""

    customer: Integers
    terminal: Integers
    seconds: Integers
    amount: Floats
    channel: Integers
    scenario: Integers


def payments_like(rows: int = ROWS, *, seed: int) -> pl.DataFrame:
    """Simulate `rows` payments in order of time. Equal arguments give equal tables."""
    if rows < 1:
        source = "The simulation"
        raise InvalidParams(source, [f"it needs at least one row, not {rows:,}"])
    random = np.random.default_rng(seed)
    world = World.drawn(rows, random)
    tests = _tests(round(rows * TESTS_A_ROW), world, random)
    payments = _payments(rows - len(tests.customer), world, random)
    _strike(payments, world, random)
    return _table(payments, tests, world, random)


def payments_blocks(rows: int = ROWS, *, seed: int) -> Iterator[pl.DataFrame]:
    """Yield what payments_like returns in blocks, as they are written."""
    return payments_like(rows, seed=seed).iter_slices(ROWS_A_BLOCK)


def csv_text(table: pl.DataFrame) -> str:
    """Return rows as comma-separated text; HEADER is the line that comes before them."""
    return table.write_csv(include_header=False)


def _payments(count: int, world: World, random: np.random.Generator) -> _Payments:
    """Draw payments of which none is fraud yet."""
    people = world.customers
    weights = people.frequency / people.frequency.sum()
    customer = random.choice(len(weights), size=count, p=weights)
    is_distant = random.random(count) < people.online_share[customer]
    channel = np.where(
        is_distant,
        np.where(random.random(count) < PHONE_SHARE, PHONE, ONLINE),
        np.where(random.random(count) < CONTACTLESS_SHARE, CONTACTLESS, CHIP),
    )
    amount = _amounts(people.mean_amount[customer], channel, random)
    channel[(channel == CONTACTLESS) & (amount > CONTACTLESS_LIMIT)] = CHIP
    tills, shops = (
        world.tills_visited(customer, random),
        world.terminals.shops_visited(count, random),
    )
    return _Payments(
        customer=customer,
        terminal=np.where(is_distant, shops, tills),
        seconds=random.integers(0, DAYS, count) * DAY_SECONDS + _times_of_day(count, random),
        amount=amount,
        channel=channel,
        scenario=np.zeros(count, dtype=np.int64),
    )


def _amounts(means: Floats, channel: Integers, random: np.random.Generator) -> Floats:
    amounts = random.normal(means, means / 2)
    amounts = np.where(amounts < 0, random.uniform(0, 2 * means), amounts)
    is_tiny = (channel == ONLINE) & (random.random(len(means)) < TINY_SHARE)
    amounts[is_tiny] = random.uniform(*TINY, int(is_tiny.sum()))
    return np.maximum(np.round(amounts, 2), 0.01)


def _times_of_day(count: int, random: np.random.Generator) -> Integers:
    seconds = random.normal(DAY_SECONDS / 2, NOON_SPREAD_SECONDS, count)
    is_other_day = (seconds < 0) | (seconds >= DAY_SECONDS)
    seconds[is_other_day] = random.uniform(0, DAY_SECONDS, int(is_other_day.sum()))
    return seconds.astype(np.int64)


def _strike(payments: _Payments, world: World, random: np.random.Generator) -> None:
    """Make frauds of payments, in the order of the scenarios: a later one has the last word."""
    payments.scenario[payments.amount > CUT] = LARGE_AMOUNT
    at_hit_till = _while_hit(
        payments.terminal,
        payments.seconds,
        hit=_hit(world.terminals.tills, len(world.terminals.country), TERMINALS_HIT, random),
        days=TERMINAL_DAYS,
    )
    payments.scenario[at_hit_till] = TERMINAL
    people = len(world.customers.x)
    hit_cards = _hit(people, people, CARDS_HIT, random)
    of_hit_card = _while_hit(payments.customer, payments.seconds, hit=hit_cards, days=CARD_DAYS)
    of_hit_card &= random.random(len(of_hit_card)) < CARD_SHARE
    payments.scenario[of_hit_card] = CARD
    payments.amount[of_hit_card] = np.round(payments.amount[of_hit_card] * CARD_FACTOR, 2)
    is_over = (payments.channel == CONTACTLESS) & (payments.amount > CONTACTLESS_LIMIT)
    payments.channel[is_over] = CHIP


def _hit(among: int, count: int, share: float, random: np.random.Generator) -> Floats:
    """For each of `count`, the second from which it is hit: never, but for some of the first."""
    since = np.full(count, np.inf)
    chosen = random.permutation(among)[: max(1, round(among * share))]
    since[chosen] = random.uniform(0, DAYS * DAY_SECONDS, len(chosen))
    return since


def _while_hit(whose: Integers, seconds: Integers, *, hit: Floats, days: int) -> Flags:
    since = hit[whose]
    found: Flags = (seconds >= since) & (seconds < since + days * DAY_SECONDS)
    return found


def _tests(count: int, world: World, random: np.random.Generator) -> _Payments:
    """Draw the payments by which stolen card numbers are tried, `count` of them."""
    cards = random.integers(0, len(world.customers.x), count)
    tries = np.repeat(np.arange(count), random.integers(*TESTS_A_CARD, count))[:count]
    shops = world.terminals.shops_visited(count, random)
    begun = random.integers(0, DAYS * DAY_SECONDS - TEST_SECONDS, count)
    return _Payments(
        customer=cards[tries],
        terminal=shops[tries],
        seconds=begun[tries] + random.integers(0, TEST_SECONDS, count),
        amount=np.round(random.uniform(*TINY, count), 2),
        channel=np.full(count, ONLINE),
        scenario=np.full(count, TESTING),
    )


def _table(
    payments: _Payments, tests: _Payments, world: World, random: np.random.Generator
) -> pl.DataFrame:
    columns = {
        name: np.concatenate([values, getattr(tests, name)])
        for name, values in vars(payments).items()
    }
    count = len(columns["seconds"])
    order = np.argsort(columns["seconds"], kind="stable")
    rows = _Payments(**{name: values[order] for name, values in columns.items()})
    is_unknown = (rows.channel == PHONE) & (random.random(count) < COUNTRY_UNKNOWN)
    country = np.array(COUNTRIES)[world.terminals.country[rows.terminal]]
    age, days = world.customers.age_years[rows.customer], rows.seconds // DAY_SECONDS
    return pl.DataFrame(
        {
            "transaction_id": _named("T", np.arange(count), 8),
            "seconds": rows.seconds,
            "customer_id": _named("C", rows.customer, 6),
            "terminal_id": _named("M", rows.terminal, 6),
            "amount": rows.amount,
            "channel": np.array(CHANNELS)[rows.channel],
            "country": pl.Series(country).set(pl.Series(is_unknown), None),
            "customer_age_years": pl.Series(age).fill_nan(None).cast(pl.Int64),
            "card_age_days": world.customers.card_since[rows.customer] + days,
            "scenario": np.array(SCENARIOS)[rows.scenario],
            "fraud": (rows.scenario > 0).astype(np.int8),
        }
    ).with_columns(pl.col("scenario").replace("", None))


def _named(letter: str, numbers: Integers, digits: int) -> pl.Series:
    return letter + pl.Series(numbers).cast(pl.String).str.zfill(digits)
