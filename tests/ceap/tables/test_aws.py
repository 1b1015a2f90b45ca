"""The local AWS on a terminal: what runs where, and what is dead."""

from datetime import UTC, datetime
from pathlib import Path

from ceap.tables.aws import endpoints_table, resources_table, services_table
from fakes.processes.terminal import printed
from local_aws.report import EndpointReport, LocalAwsStatus, Service

LOG = Path("/state/aws/ministack.log")
RUNNING = Service(
    "ministack", "running", LOG, "http://127.0.0.1:4566", 4242, datetime(2026, 11, 21, tzinfo=UTC)
)
ENDPOINT = EndpointReport(
    name="fraud-detection-prod", status="InService", config="config-1",
    model_data="s3://models/[newest].tar.gz", url="http://127.0.0.1:9000", pid=4243, restarts=2,
    failure=None, log=LOG,
)  # fmt: skip
FAILED = EndpointReport(
    name="broken", status="Failed", config=None, model_data=None, url=None, pid=None, restarts=0,
    failure="the container [of broken] ended with code 1", log=LOG,
)  # fmt: skip


def rows(text: str) -> list[list[str]]:
    """Split each line of a table at its gaps."""
    return [
        [cell for cell in map(str.strip, line.split("  ")) if cell] for line in text.splitlines()
    ]


def test_a_service_is_shown_with_its_address_and_process_a_stopped_one_without() -> None:
    stopped = Service("sagemaker", "stopped", LOG)
    table = rows(printed(services_table(LocalAwsStatus((RUNNING, stopped)))))
    began = f"{RUNNING.since.astimezone():%Y-%m-%d %H:%M}" if RUNNING.since else ""
    assert [
        "S3, DynamoDB, SNS and more",
        "running",
        "http://127.0.0.1:4566",
        "4242",
        began,
    ] in table
    assert ["SageMaker", "stopped"] in table


def test_an_address_is_whole_on_a_narrow_terminal() -> None:
    assert "http://127.0.0.1:4566" in printed(services_table(LocalAwsStatus((RUNNING,))), width=50)


def test_an_endpoint_is_shown_with_its_model_and_a_failed_one_with_its_reason() -> None:
    text = printed(endpoints_table(LocalAwsStatus((RUNNING,), (ENDPOINT, FAILED))))
    assert [
        "fraud-detection-prod", "InService", "http://127.0.0.1:9000", "4243", "2",
        "s3://models/[newest].tar.gz",
    ] in rows(text)  # fmt: skip
    assert "failure" not in printed(endpoints_table(LocalAwsStatus((RUNNING,), (ENDPOINT,))))
    assert "the container [of broken] ended with code 1" in text


def test_resources_are_listed_by_kind_one_name_a_line() -> None:
    named = {"bucket": ("data", "models"), "topic": ("alerts",)}
    table = rows(printed(resources_table(LocalAwsStatus((RUNNING,), resources=named))))
    assert table.index(["bucket", "data"]) + 1 == table.index(["models"])
    assert ["topic", "alerts"] in table
