"""AWS tables: services, endpoints and resources of the local AWS, drawn for a terminal."""

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Column, Table

from local_aws.report import LocalAwsStatus, Service

COLOURS = {
    "running": "green", "InService": "green", "dead": "red", "Failed": "red",
    "not answering": "red", "stopped": "dim",
}  # fmt: skip
SERVICES = {
    "ministack": "S3, DynamoDB, SNS, …",
    "sagemaker": "SageMaker",
}


def services_table(report: LocalAwsStatus) -> Table:
    address = Column("address", no_wrap=True)  # to be copied whole
    table = Table("service", "state", address, "pid", "since", box=SIMPLE_HEAD, pad_edge=False)
    for service in report.services:
        table.add_row(
            SERVICES[service.name],
            _coloured(service.state),
            service.url or "",
            str(service.pid or ""),
            _since(service),
        )
    return table


def endpoints_table(report: LocalAwsStatus) -> Table:
    table = Table("endpoint", "status", "model", "address", "pid", "restarts", box=SIMPLE_HEAD)
    for endpoint in report.endpoints:
        table.add_row(
            endpoint.name,
            _coloured(endpoint.status),
            escape(endpoint.model_data or ""),
            endpoint.url or "",
            str(endpoint.pid or ""),
            str(endpoint.restarts),
        )
        if endpoint.failure:
            table.add_row("", "", f"[red]{escape(endpoint.failure)}[/]")
    return table


def resources_table(report: LocalAwsStatus) -> Table:
    table = Table("kind", "names", box=SIMPLE_HEAD)
    for kind, names in report.resources.items():
        table.add_row(kind, "\n".join(names))
    return table


def _coloured(state: str) -> str:
    return f"[{COLOURS.get(state, 'yellow')}]{state}[/]"


def _since(service: Service) -> str:
    return f"{service.since.astimezone():%Y-%m-%d %H:%M}" if service.since else ""
