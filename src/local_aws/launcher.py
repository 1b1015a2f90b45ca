"""Launcher: start, stop, reset and inspect the daemons of the local AWS."""

import subprocess
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING

from foundation.errors import ServiceRefused, Unavailable
from foundation.settings import Settings, local_addresses
from local_aws.layout import DAEMONS, DaemonName, Layout, replace_file

if TYPE_CHECKING:
    # Loaded when a daemon is started: most commands only check that all of them run.
    from local_aws.daemon import DaemonRecord
    from local_aws.report import LocalAwsStatus, Service

LOCK_SECONDS = 120.0


def ensure_up(settings: Settings) -> Settings:
    """Start the daemons that do not run; return the settings with the addresses of both.

    Takes a few milliseconds when all run. For an environment that is not local, nothing is done.
    """
    if not settings.is_local:
        return settings
    if not _all_alive(Layout(settings.state_directory)):
        up(settings)
    return settings.model_copy(update=dict(local_addresses(settings.state_directory)))


def up(settings: Settings) -> "LocalAwsStatus":
    """Start the daemons that do not run, and create the missing resources.

    A running daemon is left alone. A restarted daemon loads its state, and takes its former port
    unless that is taken. Of concurrent calls, the first starts the daemons and the others wait.
    """
    _require_local(settings)
    layout = Layout(settings.state_directory)
    layout.root.mkdir(parents=True, exist_ok=True)
    with _lock(layout):
        replace_file(layout.settings, settings.model_dump_json().encode())
        _start_what_is_dead(layout)
        connected = settings.model_copy(update=dict(local_addresses(layout.state)))
        from local_aws.resources import create_resources

        create_resources(connected)
        return _status(connected, layout)


def down(settings: Settings) -> None:
    """Stop every daemon and endpoint, saving the state; return when every process has ended."""
    _require_local(settings)
    with _lock(Layout(settings.state_directory)):
        _stop(Layout(settings.state_directory))


def reset(settings: Settings) -> None:
    """Stop every daemon and delete the whole state of the local AWS, without confirmation.

    The daemons are not started again. MLflow's runs and downloaded data are kept elsewhere, and
    stay.
    """
    import shutil

    _require_local(settings)
    layout = Layout(settings.state_directory)
    with _lock(layout):
        _stop(layout)
        if layout.root.exists():
            shutil.rmtree(layout.root)


def status(settings: Settings) -> "LocalAwsStatus":
    """Return the state of every daemon, endpoint and resource; nothing is started or changed."""
    _require_local(settings)
    layout = Layout(settings.state_directory)
    return _status(settings.model_copy(update=dict(local_addresses(layout.state))), layout)


def _all_alive(layout: Layout) -> bool:
    from local_aws.daemon import read_daemon_record

    records = [read_daemon_record(layout.record(daemon)) for daemon in DAEMONS]
    return layout.addresses.exists() and all(r is not None and r.is_alive for r in records)


def _start_what_is_dead(layout: Layout) -> None:
    from local_aws import processes

    processes.reap()
    serving: dict[DaemonName, DaemonRecord] = {}
    starting: dict[DaemonName, subprocess.Popen[bytes]] = {}
    for daemon in DAEMONS:
        service, record = _service(daemon, layout)
        if record is not None and service.state == "running":
            serving[daemon] = record
            continue
        if record is not None:
            processes.stop(record)  # it runs, but does not answer
        starting[daemon] = processes.start(daemon, layout)
    if starting:
        import_module("boto3")  # needed next; takes as long as the start of the daemons
    for daemon, process in starting.items():
        serving[daemon] = processes.wait_until_serving(daemon, process, layout)
    _write_addresses(layout, serving)


def _write_addresses(layout: Layout, serving: "dict[DaemonName, DaemonRecord]") -> None:
    import json

    addresses = {
        "aws_endpoint_url": serving["ministack"].url,
        "sagemaker_endpoint_url": serving["sagemaker"].url,
    }
    replace_file(layout.addresses, json.dumps(addresses, indent=2).encode())


def _stop(layout: Layout) -> None:
    from local_aws import processes
    from local_aws.daemon import read_daemon_record

    for daemon in reversed(DAEMONS):  # endpoints first: they may still read from S3
        if record := read_daemon_record(layout.record(daemon)):
            processes.stop(record)
    layout.addresses.unlink(missing_ok=True)


def _status(settings: Settings, layout: Layout) -> "LocalAwsStatus":
    from local_aws.health import endpoints
    from local_aws.report import LocalAwsStatus
    from local_aws.resources import resource_names

    services = tuple(_service(daemon, layout)[0] for daemon in DAEMONS)
    sagemaker = services[DAEMONS.index("sagemaker")]
    found = endpoints(sagemaker.url, layout) if sagemaker.state == "running" else ()
    return LocalAwsStatus(services, found, resource_names(settings))


def _service(daemon: DaemonName, layout: Layout) -> "tuple[Service, DaemonRecord | None]":
    from local_aws.daemon import read_daemon_record
    from local_aws.health import is_answering
    from local_aws.report import Service, State

    record = read_daemon_record(layout.record(daemon))
    log = layout.log(daemon)
    if record is None or record.pid is None:
        return Service(daemon, "stopped", log), None
    since = datetime.fromtimestamp(record.started_at, UTC)
    state: State = "dead"
    if record.is_alive:
        state = "running" if is_answering(daemon, record.url) else "not answering"
    return Service(daemon, state, log, record.url, record.pid, since), record


def _lock(layout: Layout) -> AbstractContextManager[object]:
    from filelock import FileLock, Timeout

    layout.state.mkdir(parents=True, exist_ok=True)
    lock = FileLock(layout.lock)
    try:
        return lock.acquire(timeout=LOCK_SECONDS)
    except Timeout as error:
        message = (
            f"Another command has been starting or stopping the local AWS for {LOCK_SECONDS:.0f} s "
            f"(it holds {layout.lock}). Nothing was changed. Wait for it, or end it."
        )
        raise Unavailable(message) from error


def _require_local(settings: Settings) -> None:
    if not settings.is_local:
        message = (
            f"The environment is {settings.environment!r}, and the local AWS belongs to 'local'. "
            "Nothing was touched. Unset CEAP_ENVIRONMENT to work on this machine."
        )
        raise ServiceRefused(message)
