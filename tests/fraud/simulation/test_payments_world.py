"""Payments world: everybody has a till to pay at, and no till is further away than need be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fraud.simulation.payments_world import (
    AGE_UNKNOWN,
    COUNTRIES,
    HOME,
    LEAST_CUSTOMERS,
    OLDEST_CARD_DAYS,
    REACH,
    ROWS_A_CUSTOMER,
    SIDE,
    TERMINALS_A_CUSTOMER,
    WEB_SHOPS,
    Customers,
    Terminals,
    World,
)


def world_of(rows: int, seed: int = 0) -> World:
    return World.drawn(rows, np.random.default_rng(seed))


@given(rows=st.integers(1, 60_000), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_customers_reach_every_till_nearby_or_else_the_nearest_one(rows, seed):
    world = world_of(rows, seed)
    customers, terminals = world.customers, world.terminals
    distances = np.hypot(
        customers.x[:, np.newaxis] - terminals.x, customers.y[:, np.newaxis] - terminals.y
    )
    for customer, distance in enumerate(distances):
        tills = world.within_reach[world.starts[customer] : world.starts[customer + 1]]
        near = np.flatnonzero(distance < REACH)
        assert tills.tolist() == (near.tolist() or [distance.argmin()])
    assert world.starts[-1] == len(world.within_reach)


@pytest.mark.parametrize("rows", [1, LEAST_CUSTOMERS * ROWS_A_CUSTOMER, 90_000])
def test_more_rows_have_more_customers_and_each_brings_terminals(rows):
    world = world_of(rows)
    count = len(world.customers.x)
    assert count == max(LEAST_CUSTOMERS, rows // ROWS_A_CUSTOMER)
    assert len(world.terminals.country) == count * TERMINALS_A_CUSTOMER


def test_visits_lead_to_tills_within_reach_of_the_customer():
    world = world_of(30_000)
    customers = np.repeat(np.arange(len(world.customers.x)), 200)
    visited = world.tills_visited(customers, np.random.default_rng(1))
    for customer in range(len(world.customers.x)):
        tills = world.within_reach[world.starts[customer] : world.starts[customer + 1]]
        assert set(visited[customers == customer]) <= set(tills)
    assert set(visited) == set(world.within_reach)


def test_customers_live_in_the_square_and_some_never_gave_their_age():
    people = Customers.drawn(20_000, np.random.default_rng(0))
    for place in (people.x, people.y):
        assert 0 <= place.min() < SIDE / 100 < SIDE * 0.99 < place.max() <= SIDE
    is_unknown = np.isnan(people.age_years)
    assert is_unknown.mean() == pytest.approx(AGE_UNKNOWN, rel=0.2)
    known = people.age_years[~is_unknown]
    assert np.array_equal(known, known.round())
    assert 18 <= known.min() < known.max() <= 88
    assert 1 <= people.card_since.min() < people.card_since.max() < OLDEST_CARD_DAYS
    assert people.online_share.mean() == pytest.approx(1 / 3, abs=0.02)


def test_tills_stand_at_home_and_web_shops_are_mostly_abroad():
    terminals = Terminals.drawn(10_000, np.random.default_rng(0))
    shops = terminals.country[terminals.tills :]
    assert len(shops) == 10_000 * WEB_SHOPS
    assert len(terminals.x) == len(terminals.y) == terminals.tills
    assert (terminals.country[: terminals.tills] == HOME).all()
    assert (shops != HOME).mean() > 0.6
    assert set(shops) == set(range(len(COUNTRIES)))


def test_web_shops_are_visited_the_better_known_the_more():
    terminals = Terminals.drawn(200, np.random.default_rng(0))
    visited = terminals.shops_visited(50_000, np.random.default_rng(1))
    visits = np.bincount(visited, minlength=200)
    assert not visits[: terminals.tills].any()
    first, *others = visits[terminals.tills :]
    assert first == max(visits) > 5 * others[-1] > 0


def test_even_a_single_terminal_is_a_web_shop():
    assert Terminals.drawn(2, np.random.default_rng(0)).tills == 1
