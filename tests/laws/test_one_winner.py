"""One winner: of all that promote at once from one state, one comes to production.

Three processes race over HTTP against ministack, and three threads in memory, where a thousand
rounds take a minute. The naive layout races on the same track, to see that it can go wrong.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fakes.aftermath import disagreements, told
from fakes.kms import with_kms_key
from fakes.production import fake_production
from fakes.racers import (
    Racers,
    Result,
    by_protocol,
    naively,
    problems_of_race,
    race_in_threads,
)
from fakes.remote_production import remote_production
from foundation.settings import Settings
from promotion.production import Production
from promotion.state import projected, read_config, read_parameters
from promotion.verification import verify

ROUNDS = 1000
IN_A_ROW = 10  # rounds from one beginning; a longer history only makes each slower

Round = Callable[[], list[Result]]


def broken_rounds(production: Production, race: Round, rounds: int) -> list[str]:
    """Race so often, and look at everything after every round."""
    found: list[str] = []
    for _ in range(rounds):
        results = race()
        found += problems_of_race(results, production)
        found += disagreements(production)
        events = told(production)
        found += [f"{each} is in the history, and lost" for each in results
                  if each.ended.kind and events[each.promotion_id]]  # fmt: skip
    return found + [str(difference) for difference in verify(production)]


# Threads, in memory


def broken_in_threads(rounds: int) -> list[str]:
    production = fake_production()
    return broken_rounds(production, lambda: race_in_threads(production, by_protocol), rounds)


def test_of_threads_that_promote_at_once_one_wins() -> None:
    assert broken_in_threads(IN_A_ROW) == []


@pytest.mark.laws
def test_of_threads_that_promote_at_once_one_wins_a_thousand_times() -> None:
    with ThreadPoolExecutor(8) as pool:  # races side by side: who loses mostly waits
        found = list(pool.map(broken_in_threads, [IN_A_ROW] * (ROUNDS // IN_A_ROW)))
    assert found == [[]] * len(found)


# Processes, over HTTP


@pytest.fixture
def track(local_aws: Settings, tmp_path: Path) -> Iterator[tuple[Production, Racers]]:
    settings = with_kms_key(local_aws)
    production = remote_production(settings, tmp_path)
    racers = Racers(settings, tmp_path)
    cleared(production, tmp_path)
    yield production, racers
    racers.stop()
    cleared(production, tmp_path)


def cleared(production: Production, folder: Path) -> None:
    """Begin where nothing was ever promoted."""
    for key in production.objects.keys(production.bucket, ""):
        production.objects.delete(production.bucket, key)
    production.parameters.delete(list(read_parameters(production)))
    (folder / "registry.json").unlink(missing_ok=True)


def test_of_processes_that_promote_at_once_one_wins(track: tuple[Production, Racers]) -> None:
    production, racers = track
    assert broken_rounds(production, lambda: racers.race(by_protocol), 5) == []


@pytest.mark.laws
@pytest.mark.parametrize("part", range(4))
def test_of_processes_that_promote_at_once_one_wins_a_thousand_times(
    part: int, track: tuple[Production, Racers], tmp_path: Path
) -> None:
    production, racers = track
    found: list[str] = []
    for _ in range(part, ROUNDS // IN_A_ROW, 4):
        cleared(production, tmp_path)
        found += broken_rounds(production, lambda: racers.race(by_protocol), IN_A_ROW)
    assert found == []


# The naive layout


def is_mixed(production: Production) -> bool:
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
    track: tuple[Production, Racers],
) -> None:
    production, racers = track
    mixed = 0
    for _ in range(20):
        racers.race(naively)
        mixed += is_mixed(production)
    assert mixed > 5
