"""AWS tables: services, endpoints and resources of the local AWS, drawn for a terminal."""

from rich.markup import escape

from ceap.tables.fitted import Field, FittedTable
from local_aws.report import LocalAwsStatus, Service

COLOURS = {
    "running": "green", "InService": "green", "dead": "red", "Failed": "red",
    "not answering": "red", "stopped": "dim",
}  # fmt: skip
SERVICES = {
    "ministack": "S3, DynamoDB, SNS and more",
    "sagemaker": "SageMaker",
}


def services_table(report: LocalAwsStatus) -> FittedTable:
    address = Field("address", on_one_line=True)  # to be copied whole
    table = FittedTable.of("service", "state", address, "pid", "since")
    for service in report.services:
        table.add_row(
            SERVICES[service.name],
            _coloured(service.state),
            service.url or "",
            str(service.pid or ""),
            _since(service),
        )
    return table


def endpoints_table(report: LocalAwsStatus) -> FittedTable:
    address, model = Field("address", on_one_line=True), Field("model", may_break=True)
    failure = ["failure"] if any(each.failure for each in report.endpoints) else []
    table = FittedTable.of("endpoint", "status", address, "pid", "restarts", model, *failure)
    for endpoint in report.endpoints:
        table.add_row(
            endpoint.name,
            _coloured(endpoint.status),
            endpoint.url or "",
            str(endpoint.pid or ""),
            str(endpoint.restarts),
            escape(endpoint.model_data or ""),
            *(f"[red]{escape(endpoint.failure or '')}[/]" for _ in failure),
        )
    return table


def resources_table(report: LocalAwsStatus) -> FittedTable:
    table = FittedTable.of("kind", "names")
    for kind, names in report.resources.items():
        table.add_row(kind, "\n".join(names))
    return table


def _coloured(state: str) -> str:
    return f"[{COLOURS.get(state, 'yellow')}]{state}[/]"


def _since(service: Service) -> str:
    return f"{service.since.astimezone():%Y-%m-%d %H:%M}" if service.since else ""
