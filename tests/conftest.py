"""Fixtures that every test may ask for."""

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from fakes.ports.settings import fake_settings
from fakes.processes.process_reaper import start_warden
from foundation.aws import client
from foundation.settings import Settings

pytest_plugins = ["aws_fixtures"]

# Whatever tests start ends with them, also when this process is killed.
start_warden()

# A shell starts what it puts in the background deaf to Ctrl-C, which some tests press.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Threads of OpenMP wait for each other by keeping a core busy, which other tests need: models are
# fitted on two threads in a third of the time without. OpenMP reads this when it is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

# How long an example takes says more about the machine's other work than about our code.
settings.register_profile(
    "shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("shared machine")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their argument: packed ones hold the time, and every worker packs its own."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def moto_settings() -> Iterator[Settings]:
    """moto, the second opinion, on a free port, with the buckets, table and topics of Settings."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    moto = fake_settings().model_copy(
        update={"account": "123456789012", "aws_endpoint_url": url, "sagemaker_endpoint_url": url}
    )
    from local_aws.resources import create_resources

    create_resources(moto)
    yield moto
    client.cache_clear()
    server.stop()
