"""The launcher: up, down and back again, whatever was killed in between."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from fakes.processes.patience import PATIENCE_SECONDS, wait_until
from foundation.aws import client
from foundation.errors import ServiceRefused, Unavailable
from foundation.settings import local_addresses
from local_aws import down, ensure_up, reset, status, up
from local_aws.daemon import DaemonRecord
from local_aws.health import send_request
from local_aws.layout import Layout, replace_file
from local_aws.ministack_server import SNAPSHOT_PATH


def services(settings):
    return {service.name: service for service in status(settings).services}


def kill(settings, daemon):
    process = psutil.Process(services(settings)[daemon].pid)
    process.kill()
    process.wait(PATIENCE_SECONDS)


def snapshot(settings):
    assert send_request(settings.aws_endpoint_url, "POST", SNAPSHOT_PATH)[0] == 204


def put_score(settings, key):
    item = {"transactionId": {"S": key}, "timestamp": {"S": "2026-11-21T09:30:00Z"}}
    client("dynamodb", settings).put_item(TableName=settings.scores_table, Item=item)


def scores(settings):
    found = client("dynamodb", settings).scan(TableName=settings.scores_table)["Items"]
    return [item["transactionId"]["S"] for item in found]


def test_up_twice_is_up_once(standin_aws):
    before = services(standin_aws)
    up(standin_aws)
    assert services(standin_aws) == before


def test_several_ups_at_once_start_one(stopped_settings):
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(up, [stopped_settings] * 3))
    assert {tuple(one.pid for one in status.services) for status in found} == {
        tuple(one.pid for one in status(stopped_settings).services)
    }
    assert all(one.is_up for one in found)


def test_ensure_up_gives_the_settings_the_addresses(standin_aws):
    settings = ensure_up(standin_aws.model_copy(update={"aws_endpoint_url": None}))
    assert settings.aws_endpoint_url == services(standin_aws)["ministack"].url
    assert settings.sagemaker_endpoint_url == services(standin_aws)["sagemaker"].url


def test_it_listens_to_this_machine_only(standin_aws):
    for service in services(standin_aws).values():
        listening = [
            connection.laddr.ip
            for connection in psutil.Process(service.pid).net_connections(kind="inet")
            if connection.status == psutil.CONN_LISTEN
        ]
        assert listening == ["127.0.0.1"]


def test_a_killed_ministack_comes_back_with_its_data_at_its_address(own_aws):
    put_score(own_aws, "tx-1")
    snapshot(own_aws)
    s3 = client("s3", own_aws)
    s3.put_object(Bucket=own_aws.config_bucket, Key="a/config.yaml", Body=b"one")
    s3.put_object(Bucket=own_aws.config_bucket, Key="a/config.yaml", Body=b"two")
    before = services(own_aws)

    kill(own_aws, "ministack")
    assert services(own_aws)["ministack"].state == "dead"
    assert ensure_up(own_aws) == own_aws

    assert scores(own_aws) == ["tx-1"]
    assert s3.get_object(Bucket=own_aws.config_bucket, Key="a/config.yaml")["Body"].read() == b"two"
    versions = s3.list_object_versions(Bucket=own_aws.config_bucket)["Versions"]
    assert len(versions) == 2
    assert services(own_aws)["sagemaker"] == before["sagemaker"]


def test_what_was_written_is_safe_from_a_kill_a_few_seconds_later(own_aws):
    put_score(own_aws, "tx-1")
    saved = Layout(own_aws.state_directory).ministack / "state" / "dynamodb.json"
    wait_until(lambda: saved.exists() and "tx-1" in saved.read_text())
    kill(own_aws, "ministack")
    assert scores(ensure_up(own_aws)) == ["tx-1"]


def test_a_killed_sagemaker_takes_its_containers_with_it_and_brings_them_back(own_aws, deployer_on):
    deployer = deployer_on(own_aws)
    name = deployer.in_service(name="blue")
    failed = deployer.endpoint(deployer.config(exits=3))
    deployer.settled(failed)
    before, container = services(own_aws), psutil.Process(status(own_aws).endpoints[0].pid)

    kill(own_aws, "sagemaker")
    container.wait(PATIENCE_SECONDS)
    assert services(own_aws)["sagemaker"].state == "dead"
    assert ensure_up(own_aws) == own_aws

    assert deployer.ask(name)["model"] == "blue"
    assert deployer.sagemaker.describe_endpoint(EndpointName=failed)["EndpointStatus"] == "Failed"
    assert services(own_aws)["ministack"] == before["ministack"]


def test_a_creation_and_an_update_that_a_kill_cut_short_are_finished(own_aws, deployer_on):
    deployer = deployer_on(own_aws)
    updated = deployer.in_service(name="blue")
    green = deployer.config(name="green")
    deployer.sagemaker.update_endpoint(EndpointName=updated, EndpointConfigName=green)
    created = deployer.endpoint(green)
    kill(own_aws, "sagemaker")
    ensure_up(own_aws)
    for name in (updated, created):
        assert deployer.settled(name)["EndpointConfigName"] == green
        assert deployer.ask(name)["model"] == "green"


def test_down_leaves_no_process_and_loses_nothing(own_aws, deployer_on):
    deployer = deployer_on(own_aws)
    name = deployer.in_service(name="blue")
    put_score(own_aws, "tx-1")
    pids = [one.pid for one in services(own_aws).values()] + [status(own_aws).endpoints[0].pid]

    down(own_aws)

    assert not [pid for pid in pids if psutil.pid_exists(pid)]
    assert [one.state for one in services(own_aws).values()] == ["stopped", "stopped"]
    assert local_addresses(own_aws.state_directory) == {}
    again = ensure_up(own_aws)
    assert again == own_aws  # the addresses too
    assert scores(again) == ["tx-1"]
    assert deployer.ask(name)["model"] == "blue"


def test_a_port_that_was_taken_meanwhile_is_left_to_its_taker(own_aws):
    port = int(own_aws.aws_endpoint_url.rpartition(":")[2])
    down(own_aws)
    with socket.create_server(("127.0.0.1", port)):
        settings = ensure_up(own_aws)
        assert settings.aws_endpoint_url != own_aws.aws_endpoint_url
        client("s3", settings).head_bucket(Bucket=settings.data_bucket)


def test_a_process_that_got_the_pid_of_a_dead_daemon_is_not_touched(stopped_settings):
    layout = Layout(stopped_settings.state_directory)
    with subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE) as other:
        stale = DaemonRecord(pid=other.pid, started_at=time.time() - 3600, port=1)
        replace_file(layout.record("ministack"), stale.model_dump_json().encode())
        assert services(stopped_settings)["ministack"].state == "dead"
        down(stopped_settings)
        assert other.poll() is None
        other.communicate(b"\n", timeout=PATIENCE_SECONDS)


def test_reset_deletes_what_it_held_and_starts_nothing(own_aws):
    pids = [one.pid for one in services(own_aws).values()]
    reset(own_aws)
    assert not Layout(own_aws.state_directory).root.exists()
    assert not [pid for pid in pids if psutil.pid_exists(pid)]
    assert not status(own_aws).is_up


def test_daemons_leave_when_their_state_is_deleted_under_them(own_aws):
    processes = [psutil.Process(one.pid) for one in services(own_aws).values()]
    shutil.rmtree(own_aws.state_directory)
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE_SECONDS)
    assert alive == []
    assert not own_aws.state_directory.exists()


def test_a_daemon_that_cannot_start_is_unavailable_with_the_end_of_its_log(stopped_settings):
    layout = Layout(stopped_settings.state_directory)
    replace_file(layout.options, json.dumps({"startup_seconds": "soon"}).encode())
    with pytest.raises(Unavailable, match=r"sagemaker ended with code 1[\s\S]*startup_seconds"):
        up(stopped_settings)


def test_a_daemon_that_answers_nobody_is_shown_and_replaced(own_aws, monkeypatch):
    monkeypatch.setattr("local_aws.health.PATIENCE_SECONDS", 1.0)
    monkeypatch.setattr("local_aws.processes.STOP_SECONDS", 0.5)
    before = services(own_aws)["sagemaker"]
    os.kill(before.pid, signal.SIGSTOP)
    assert services(own_aws)["sagemaker"].state == "not answering"
    up(own_aws)
    after = services(own_aws)["sagemaker"]
    assert (after.state, after.url) == ("running", before.url)
    assert after.pid != before.pid


def test_another_environment_is_refused_and_left_alone(stopped_settings):
    production = stopped_settings.model_copy(update={"environment": "aws"})
    assert ensure_up(production) == production
    for command in (up, down, reset, status):
        with pytest.raises(ServiceRefused, match="Nothing was touched"):
            command(production)
    assert not production.state_directory.exists()
