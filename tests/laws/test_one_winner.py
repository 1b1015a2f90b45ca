"""One winner: of all that promote at once from one state, one comes to production.

Three processes race over HTTP against ministack, and three threads in memory, where a thousand
rounds take a minute. The naive layout races on the same track, to see that it can go wrong.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from fakes.faults.fault_scenarios import changing_calls, killed
from fakes.faults.racers import (
    Racers,
    Result,
    all_at_once,
    by_protocol,
    naively,
    problems_of_race,
    race_in_threads,
)
from fakes.ports.kms import with_kms_key
from fakes.promotions.production import fake_production
from fakes.promotions.recovery_checks import disagreements, problems, recorded_events
from fakes.promotions.remote_production import remote_production, with_own_bucket
from foundation.settings import Settings
from promotion.production import ProductionSession
from promotion.protocol.recovery import recover
from promotion.protocol.state import projected, read_config, read_parameters
from promotion.verify.verification import verify

ROUNDS = 1000
IN_A_ROW = 10  # rounds from one beginning; a longer history only makes each slower

Round = Callable[[], list[Result]]


def broken_rounds(production: ProductionSession, race: Round, rounds: int) -> list[str]:
    """Race so often, and look at everything after every round."""
    found: list[str] = []
    for _ in range(rounds):
        results = race()
        found += problems_of_race(results, production)
        found += disagreements(production)
        events = recorded_events(production)
        found += [f"{each} is in the history, and lost" for each in results
                  if each.ended.kind and events[each.promotion_id]]  # fmt: skip
    return found + [str(difference) for difference in verify(production)]


# Threads, in memory


def broken_in_threads(rounds: int) -> list[str]:
    production = fake_production()
    return broken_rounds(production, lambda: race_in_threads(production, by_protocol), rounds)


def test_of_threads_that_promote_at_once_one_wins() -> None:
    assert broken_in_threads(IN_A_ROW // 2) == []


@pytest.mark.laws
def test_of_threads_that_promote_at_once_one_wins_a_thousand_times() -> None:
    with ThreadPoolExecutor(8) as pool:  # races side by side: who loses mostly waits
        found = list(pool.map(broken_in_threads, [IN_A_ROW] * (ROUNDS // IN_A_ROW)))
    assert found == [[]] * len(found)


def test_however_many_recover_at_once_what_a_kill_left_is_whole() -> None:
    for at in changing_calls("second")[::6]:
        production, before = killed("second", at)
        ends = all_at_once([recover] * 3, production)
        assert [end.kind for end in ends] == [None] * 3
        assert problems(production, before) == []


# Processes, over HTTP


@pytest.fixture
def settings(local_aws: Settings) -> Settings:
    return with_kms_key(local_aws)


@contextmanager
def racing(settings: Settings, folder: Path) -> Iterator[tuple[ProductionSession, Racers]]:
    """An environment in which nothing was ever promoted, and three who will race there."""
    own = with_own_bucket(settings)
    folder.mkdir()
    racers = Racers(own, folder)
    yield remote_production(own, folder), racers
    racers.stop()


def broken_in_processes(settings: Settings, folder: Path, rounds: int) -> list[str]:
    with racing(settings, folder) as (production, racers):
        return broken_rounds(production, lambda: racers.race(by_protocol), rounds)


def test_of_processes_that_promote_at_once_one_wins(settings: Settings, tmp_path: Path) -> None:
    assert broken_in_processes(settings, tmp_path / "registry", 5) == []


@pytest.mark.laws
@pytest.mark.parametrize("part", range(4))
def test_of_processes_that_promote_at_once_one_wins_a_thousand_times(
    part: int, settings: Settings, tmp_path: Path
) -> None:
    found: list[str] = []
    for number in range(part, ROUNDS // IN_A_ROW, 4):
        found += broken_in_processes(settings, tmp_path / str(number), IN_A_ROW)
    assert found == []


# The naive layout


def is_mixed(production: ProductionSession) -> bool:
    """Whether the parameters are of another promotion than the file, or of several."""
    config, _, _ = read_config(production)
    values = {name: each.value for name, each in read_parameters(production).items()}
    return config is None or values != projected(config)


def test_threads_that_promote_naively_mix_what_they_write() -> None:
    mixed = 0
    for _ in range(20):
        production = fake_production()
        race_in_threads(production, naively)
        mixed += is_mixed(production)
    assert mixed > 5


def test_processes_that_promote_naively_mix_what_they_write(
    settings: Settings, tmp_path: Path
) -> None:
    mixed = 0
    with racing(settings, tmp_path / "registry") as (production, racers):
        for _ in range(20):
            racers.race(naively)
            mixed += is_mixed(production)
    assert mixed > 5
