"""The report of the local AWS: whether it is up, and each endpoint with what became of it."""

from pathlib import Path
from typing import Any

import pytest

from foundation.settings import Settings
from local_aws import status
from local_aws.report import LocalAwsStatus, Service, State

LOG = Path("/state/aws/ministack.log")


@pytest.mark.parametrize("state", ["not answering", "dead", "stopped"])
def test_it_is_up_only_while_every_service_runs(state: State) -> None:
    running, other = Service("ministack", "running", LOG), Service("sagemaker", state, LOG)
    assert LocalAwsStatus((running, Service("sagemaker", "running", LOG))).is_up
    assert not LocalAwsStatus((running, other)).is_up
    assert not LocalAwsStatus((other, running)).is_up


def test_status_reports_endpoints_and_why_one_failed(standin_aws: Settings, deployer: Any) -> None:
    name = deployer.in_service()
    failed = deployer.endpoint(deployer.config(exits=3))
    deployer.settled(failed)
    endpoints = {endpoint.name: endpoint for endpoint in status(standin_aws).endpoints}
    assert endpoints[name].status == "InService"
    assert endpoints[name].failure is None
    assert str(endpoints[name].url).startswith("http://127.0.0.1:")
    assert endpoints[failed].status == "Failed"
    assert "ping health check" in str(endpoints[failed].failure)
    assert endpoints[failed].url is None
