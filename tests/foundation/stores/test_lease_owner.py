"""Lease owner: alive while its process runs here, or its heartbeats come from elsewhere."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import psutil

from foundation.stores.lease_owner import SILENCE_SECONDS, LeaseOwner


def test_an_owner_is_known_by_its_process_and_not_by_its_number():
    now = datetime.now(UTC)
    mine = LeaseOwner.of_this_process(now)
    assert mine.is_alive()
    assert not mine.model_copy(update={"process_started": mine.process_started - 10}).is_alive()
    assert not mine.model_copy(update={"is_released": True}).is_alive()


def test_a_killed_process_is_dead_though_its_parent_does_not_know_yet():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        started = psutil.Process(process.pid).create_time()
        its = {"pid": process.pid, "process_started": started}
        owner = LeaseOwner.of_this_process(datetime.now(UTC)).model_copy(update=its)
        assert owner.is_alive()
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # not asked for
        assert not owner.is_alive()


def test_an_owner_elsewhere_is_alive_until_its_heartbeat_is_too_old():
    now = datetime.now(UTC)
    elsewhere = {"host": "elsewhere", "pid": 1, "process_started": 0.0}
    owner = LeaseOwner.of_this_process(now).model_copy(update=elsewhere)
    assert owner.is_alive()
    old = now - timedelta(seconds=SILENCE_SECONDS + 1)
    assert not owner.model_copy(update={"beat_at": old}).is_alive()


def test_two_leases_of_one_process_have_different_owners():
    now = datetime.now(UTC)
    assert LeaseOwner.of_this_process(now) != LeaseOwner.of_this_process(now)


def test_the_document_of_an_owner_keeps_its_field_names():
    owner = LeaseOwner.of_this_process(datetime.now(UTC))
    assert LeaseOwner.model_validate_json(owner.to_json()) == owner
    names = {"runner", "host", "pid", "process_started", "beat_at", "is_released"}
    assert set(owner.model_dump()) == names
