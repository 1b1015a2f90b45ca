"""All or nothing over HTTP: whatever happens to whichever request of a promotion to AWS.

The same law as in memory, with what is between us and AWS: boto3 that tries again, a proxy that
refuses, cuts, doubles or swallows one request, and processes that are really killed. Requests are
recorded from a run in which nothing happens. ministack plays AWS, and moto is the second opinion.
"""

from collections.abc import Iterator

import pytest

from fakes.kms import with_kms_key
from fakes.moments import Moments
from fakes.remote_misfortunes import PLAYS, broken_by, requests_of
from fakes.remote_production import Stage
from foundation import locations
from foundation.settings import Settings

Staged = tuple[Stage, Moments]

every_play = pytest.mark.parametrize("what", PLAYS)


@pytest.fixture(scope="module")
def staged(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Staged]:
    """A scenario at a place, and the proxy before it."""
    place, scenario = request.param
    direct: Settings = with_kms_key(request.getfixturevalue(place))
    burst = Moments(str(direct.aws_endpoint_url))
    proxied = direct.model_copy(update={"aws_endpoint_url": burst.url})
    folder = tmp_path_factory.mktemp(scenario) / "registry"
    yield Stage.set_up(direct, proxied, folder, scenario), burst
    burst.stop()


def at(*stages: tuple[str, str]) -> pytest.MarkDecorator:
    ids = [f"{place}-{scenario}" for place, scenario in stages]
    return pytest.mark.parametrize("staged", stages, ids=ids, indirect=True, scope="module")


def broken(staged: Staged, what: str, *, first: int = 0, step: int = 1) -> list[str]:
    numbers = range(first, len(requests_of(*staged)), step)
    return [problem for number in numbers for problem in broken_by(*staged, what, number)]


def turn(what: str) -> int:
    """So that each kind of misfortune takes other requests."""
    return list(PLAYS).index(what)


@every_play
@at(("local_aws", "second"), ("moto_settings", "second"))
def test_a_misfortune_of_a_request_leaves_the_old_or_the_new(staged: Staged, what: str) -> None:
    assert broken_by(*staged, what, 6 * turn(what)) == []


@every_play
@at(("local_aws", "second"))
def test_a_misfortune_of_the_commit_leaves_the_old_or_the_new(staged: Staged, what: str) -> None:
    assert broken_by(*staged, what, commit_of(*staged)) == []


@pytest.mark.laws
@every_play
@at(("local_aws", "second"), ("local_aws", "rollback"))
def test_a_misfortune_of_any_request_leaves_the_old_or_the_new(staged: Staged, what: str) -> None:
    assert broken(staged, what) == []


@pytest.mark.laws
@every_play
@at(("local_aws", "first"), ("moto_settings", "second"), ("moto_settings", "rollback"))
def test_others_of_any_third_request_leave_the_old_or_the_new(staged: Staged, what: str) -> None:
    assert broken(staged, what, first=turn(what) % 3, step=3) == []


def commit_of(stage: Stage, burst: Moments) -> int:
    """The number of the one request that matters most; earlier ones only ask whether it may."""
    requests = requests_of(stage, burst)
    return max(
        number
        for number, request in enumerate(requests)
        if request.startswith("s3.Put") and request.endswith(locations.PRODUCTION_CONFIG)
    )
