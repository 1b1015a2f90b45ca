"""Container: a supervised process that answers, is restarted, and leaves nothing behind."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from local_aws.sagemaker.container import Container, ContainerSpec, container_environment
from local_aws.sagemaker.errors import DeploymentFailed

STANDIN = Path(__file__).parents[1] / "standin.py"


@pytest.fixture
def spec_of(tmp_path):
    """Return the specification of a container whose stand-in behaves as `model` says."""

    def spec_of(*, startup_seconds=60.0, **model):
        (tmp_path / "model").mkdir(exist_ok=True)
        (tmp_path / "model" / "model.json").write_text(json.dumps(model))
        return ContainerSpec(
            name="e-1",
            command=(sys.executable, "-S", str(STANDIN), "{model_dir}", "{port}"),
            folder=tmp_path / "model",
            log=tmp_path / "logs" / "e-1.log",
            environment={"OMP_NUM_THREADS": "1"},
            startup_seconds=startup_seconds,
        )

    return spec_of


def test_a_started_container_answers_and_a_stopped_one_leaves_no_process(spec_of):
    async def main():
        container = Container(spec_of(name="blue"))
        await container.start()
        reply = await container.invoke("/invocations", {}, b"a,b")
        process = psutil.Process(container.pid)
        await container.stop()
        return json.loads(reply.body)["model"], process, container

    model, process, container = asyncio.run(main())
    assert model == "blue"
    assert not process.is_running()
    assert (container.pid, container.is_ready, container.in_flight) == (None, False, 0)


def test_a_process_that_is_killed_is_started_again(spec_of):
    async def main():
        container = Container(spec_of())
        await container.start()
        first = container.pid
        os.kill(first, signal.SIGKILL)
        while container.pid in (None, first) or not container.is_ready:
            await asyncio.sleep(0.01)
        restarts, second = container.restarts, container.pid
        await container.stop()
        return first, second, restarts, container.spec.log.read_text()

    first, second, restarts, log = asyncio.run(main())
    assert first != second
    assert restarts == 1
    assert f"the process ended with code {-signal.SIGKILL}; starting it again" in log


def test_a_process_that_ends_at_once_fails_the_deployment_with_the_end_of_its_log(spec_of):
    async def main():
        await Container(spec_of(exits=3)).start()

    with pytest.raises(
        DeploymentFailed, match=r"ended with code 1.*the model is broken \(code 3\)"
    ):
        asyncio.run(main())


def test_a_container_that_never_gets_healthy_is_stopped(spec_of):
    async def main():
        container = Container(spec_of(healthy=False, startup_seconds=0.2))
        with pytest.raises(DeploymentFailed, match=r"It had 0\.2 s\."):
            await container.start()
        return container.pid

    assert asyncio.run(main()) is None


def test_draining_waits_for_the_request_in_flight(spec_of):
    async def main():
        container = Container(spec_of(name="blue", pause=0.2))
        await container.start()
        request = asyncio.create_task(container.invoke("/invocations", {}, b"a,b"))
        while not container.in_flight:
            await asyncio.sleep(0)
        await container.drain(60)
        is_done, in_flight = request.done() or (await request).status == 200, container.in_flight
        await container.stop()
        return is_done, in_flight

    assert asyncio.run(main()) == (True, 0)


def test_a_container_knows_our_settings_but_no_credentials(monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("KAGGLE_KEY", "secret")
    monkeypatch.setenv("CEAP_STATE_DIRECTORY", "here")
    environment = container_environment({"THREADS": "1"})
    assert "secret" not in environment.values()
    assert environment["CEAP_STATE_DIRECTORY"] == "here"
    assert environment["THREADS"] == "1"
