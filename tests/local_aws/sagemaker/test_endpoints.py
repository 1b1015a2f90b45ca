"""Updating an endpoint: another model takes over, and no request notices."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from botocore.exceptions import ClientError

from local_aws import status


class Load:
    """Clients that ask without a pause until told to stop."""

    def __init__(self, deployer, name, clients):
        self._deployer, self._name, self._clients = deployer, name, clients
        self._stop = threading.Event()

    def __enter__(self):
        self._pool = ThreadPoolExecutor(self._clients)
        self._asking = [self._pool.submit(self._ask) for _ in range(self._clients)]
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._pool.shutdown()

    def _ask(self):
        answers = []
        while not self._stop.is_set():
            answers.append(self._deployer.ask(self._name)["model"])
        return answers

    def answers(self):
        """The models that answered each client, in order; raises what a request raised."""
        self.__exit__()
        return [asking.result() for asking in self._asking]


def update(deployer, name, /, **model):
    config = deployer.config(**model)
    deployer.sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=config)
    return config


def test_no_request_fails_while_another_model_takes_over(deployer):
    name = deployer.in_service(name="blue", pause=0.02)
    with Load(deployer, name, clients=6) as load:
        time.sleep(0.3)
        green = update(deployer, name, name="green", pause=0.02)
        described = deployer.settled(name)
        time.sleep(0.3)
        answers = load.answers()
    assert described["EndpointConfigName"] == green
    for of_one_client in answers:
        assert {"blue", "green"} == set(of_one_client)
        # The switch is one moment: nobody is sent back to the old one.
        assert of_one_client == sorted(of_one_client)


def test_a_request_in_flight_is_answered_by_the_old_model_before_it_stops(deployer):
    name = deployer.in_service(name="blue")
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(deployer.ask, name, b"sleep:1")
        time.sleep(0.2)
        update(deployer, name, name="green")
        assert slow.result()["model"] == "blue"
    deployer.settled(name)
    assert deployer.ask(name)["model"] == "green"


def test_the_old_process_is_gone_when_the_endpoint_is_in_service_again(deployer):
    name = deployer.in_service(name="blue")
    old = next(one.pid for one in status(deployer.settings).endpoints if one.name == name)
    update(deployer, name, name="green")
    deployer.settled(name)
    assert not psutil.pid_exists(old)


def test_an_update_shows_the_config_in_service_and_the_one_on_its_way(deployer):
    name = deployer.in_service()
    before = deployer.settled(name)["EndpointConfigName"]
    after = update(deployer, name, healthy=False)
    described = deployer.sagemaker.describe_endpoint(EndpointName=name)
    assert described["EndpointStatus"] == "Updating"
    assert described["EndpointConfigName"] == before
    assert described["PendingDeploymentSummary"]["EndpointConfigName"] == after


@pytest.mark.parametrize("broken", [{"exits": 3}, {"healthy": False}])
def test_when_the_new_model_never_gets_healthy_the_old_one_keeps_serving(deployer, broken):
    name = deployer.in_service(name="blue")
    before = deployer.settled(name)["EndpointConfigName"]
    with Load(deployer, name, clients=2) as load:
        update(deployer, name, **broken)
        described = deployer.settled(name)
        assert {model for answers in load.answers() for model in answers} == {"blue"}
    assert described["EndpointStatus"] == "InService"
    assert described["EndpointConfigName"] == before
    assert "did not pass the ping health check" in described["FailureReason"]


def test_the_reason_of_a_failed_update_goes_with_the_next_that_succeeds(deployer):
    name = deployer.in_service(name="blue")
    update(deployer, name, exits=3)
    assert "FailureReason" in deployer.settled(name)
    update(deployer, name, name="green")
    assert "FailureReason" not in deployer.settled(name)


def test_a_request_that_finds_the_endpoint_deleted_is_refused(deployer):
    name = deployer.in_service(name="blue")
    with Load(deployer, name, clients=2) as load:
        time.sleep(0.2)
        deployer.sagemaker.delete_endpoint(EndpointName=name)
        time.sleep(0.2)
        with pytest.raises(ClientError, match="not found"):
            load.answers()
