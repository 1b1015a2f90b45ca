"""All or nothing over HTTP: whatever happens to whichever request of a promotion to AWS.

The same law as in memory, with what is between us and AWS: boto3 that tries again, a proxy that
refuses, cuts, doubles or swallows one request, and processes that are really killed. Requests are
recorded from a run in which nothing happens. ministack plays AWS, and moto is the second opinion.
"""

from collections.abc import Iterator

import pytest

from fakes.faults.http_fault_scenarios import MISFORTUNES, RemoteTestbed, broken_by
from fakes.faults.process_forker import ProcessForker
from fakes.faults.request_faults import Moments
from fakes.ports.kms import with_kms_key
from fakes.promotions.remote_production import RemoteEnvironment, ready_to_run, with_own_bucket
from foundation import locations

every_misfortune = pytest.mark.parametrize("what", MISFORTUNES)


@pytest.fixture(scope="module")
def forker() -> Iterator[ProcessForker]:
    forker = ProcessForker(ready_to_run)
    yield forker
    forker.close()


@pytest.fixture(scope="module")
def testbed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, forker: ProcessForker
) -> Iterator[RemoteTestbed]:
    """Return a testbed for one scenario at one of the emulators."""
    place, scenario = request.param
    direct = with_own_bucket(with_kms_key(request.getfixturevalue(place)))
    burst = Moments(str(direct.aws_endpoint_url))
    proxied = direct.model_copy(update={"aws_endpoint_url": burst.url})
    folder = tmp_path_factory.mktemp(scenario) / "registry"
    yield RemoteTestbed(RemoteEnvironment.set_up(direct, proxied, folder, scenario), burst, forker)
    burst.stop()


def at(*environments: tuple[str, str]) -> pytest.MarkDecorator:
    ids = [f"{place}-{scenario}" for place, scenario in environments]
    return pytest.mark.parametrize("testbed", environments, ids=ids, indirect=True, scope="module")


def broken(testbed: RemoteTestbed, what: str, *, first: int = 0, step: int = 1) -> list[str]:
    numbers = range(first, len(testbed.requests), step)
    return [problem for number in numbers for problem in broken_by(testbed, what, number)]


def turn(what: str) -> int:
    """Return the place of a kind of misfortune, so that each kind takes other requests."""
    return list(MISFORTUNES).index(what)


@every_misfortune
@at(("local_aws", "second"))
def test_a_misfortune_of_a_request_leaves_the_old_or_the_new(
    testbed: RemoteTestbed, what: str
) -> None:
    assert broken_by(testbed, what, 6 * turn(what)) == []


@pytest.mark.parametrize("what", list(MISFORTUNES)[1::2])
@at(("moto_settings", "second"))
def test_by_a_second_opinion_too_it_leaves_the_old_or_the_new(
    testbed: RemoteTestbed, what: str
) -> None:
    assert broken_by(testbed, what, 6 * turn(what)) == []


@every_misfortune
@at(("local_aws", "second"))
def test_a_misfortune_of_the_commit_leaves_the_old_or_the_new(
    testbed: RemoteTestbed, what: str
) -> None:
    assert broken_by(testbed, what, commit_of(testbed.requests)) == []


@pytest.mark.laws
@every_misfortune
@at(("local_aws", "second"), ("local_aws", "rollback"))
def test_a_misfortune_of_any_request_leaves_the_old_or_the_new(
    testbed: RemoteTestbed, what: str
) -> None:
    assert broken(testbed, what) == []


@pytest.mark.laws
@every_misfortune
@at(("local_aws", "first"), ("moto_settings", "second"), ("moto_settings", "rollback"))
def test_others_of_any_third_request_leave_the_old_or_the_new(
    testbed: RemoteTestbed, what: str
) -> None:
    assert broken(testbed, what, first=turn(what) % 3, step=3) == []


def commit_of(requests: list[str]) -> int:
    """The number of the one request that matters most; earlier ones only ask whether it may."""
    return max(
        number
        for number, request in enumerate(requests)
        if request.startswith("s3.Put") and request.endswith(locations.PRODUCTION_CONFIG)
    )
