"""Local AWS fixtures: one whose endpoints run a stand-in for `serving`, and endpoints on it."""

import json
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from aws_fixtures import running_aws, settings_in
from fakes.processes.patience import PATIENCE_SECONDS
from foundation.aws import client
from foundation.settings import Settings
from foundation.stores.archives import pack
from local_aws import down
from local_aws.layout import Layout
from local_aws.options import Options

STANDIN = Path(__file__).with_name("standin.py")
OPTIONS = Options(
    serving_command=(sys.executable, "-S", str(STANDIN), "{model_dir}", "{port}"),
    startup_seconds=5,
    invocation_seconds=1.5,
)


@pytest.fixture(scope="session")
def standin_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """For tests that leave it running as they found it."""
    with running(tmp_path_factory.mktemp("state")) as settings:
        yield settings


@pytest.fixture
def own_aws(tmp_path: Path) -> Iterator[Settings]:
    """For tests that kill it."""
    with running(tmp_path / "state") as settings:
        yield settings


@contextmanager
def running(state: Path) -> Iterator[Settings]:
    settings = settings_in(state)
    options = Layout(state).options
    options.parent.mkdir(parents=True)
    options.write_text(OPTIONS.model_dump_json())
    with running_aws(settings) as started:
        yield started


@pytest.fixture
def stopped_settings(tmp_path: Path) -> Iterator[Settings]:
    """Settings whose local AWS was never started; what a test starts is stopped."""
    settings = settings_in(tmp_path / "state")
    yield settings
    down(settings)


@dataclass
class Deployer:
    """Deploys stand-in models on one local AWS, as the pipelines deploy real ones."""

    settings: Settings
    names: list[str] = field(default_factory=list)

    @property
    def sagemaker(self) -> Any:
        return client("sagemaker", self.settings, attempts=1)

    @property
    def runtime(self) -> Any:
        return client("sagemaker-runtime", self.settings, connections=32, attempts=1)

    def config(self, archive: bytes | None = None, **model: Any) -> str:
        """Create an endpoint configuration of a model that behaves as `model` says."""
        name = f"m-{uuid.uuid4().hex[:8]}"
        bucket = self.settings.models_bucket
        data = archive or pack({"model.json": json.dumps(model).encode()})
        client("s3", self.settings).put_object(Bucket=bucket, Key=f"{name}.tar.gz", Body=data)
        self.model(name, f"s3://{bucket}/{name}.tar.gz")
        self.sagemaker.create_endpoint_config(
            EndpointConfigName=name, ProductionVariants=[variant(name)]
        )
        return name

    def model(self, name: str, url: str, **environment: str) -> None:
        self.sagemaker.create_model(
            ModelName=name,
            PrimaryContainer={"Image": "standin", "ModelDataUrl": url, "Environment": environment},
            ExecutionRoleArn=self.settings.endpoint_role,
        )

    def endpoint(self, config: str) -> str:
        name = f"e-{uuid.uuid4().hex[:8]}"
        self.names.append(name)
        self.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config)
        return name

    def settled(self, name: str) -> dict[str, Any]:
        """Wait until the endpoint is no longer changing, and describe it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            described: dict[str, Any] = self.sagemaker.describe_endpoint(EndpointName=name)
            if described["EndpointStatus"] in ("InService", "Failed"):
                return described
            time.sleep(0.02)
        pytest.fail(f"{name} is still {described['EndpointStatus']}")

    def in_service(self, **model: Any) -> str:
        name = self.endpoint(self.config(**model))
        assert self.settled(name)["EndpointStatus"] == "InService"
        return name

    def ask(self, name: str, body: bytes = b"a,b", **more: Any) -> dict[str, Any]:
        reply = self.runtime.invoke_endpoint(
            EndpointName=name, Body=body, ContentType="text/csv", **more
        )
        answer: dict[str, Any] = json.loads(reply["Body"].read())
        return answer


def variant(model: str) -> dict[str, Any]:
    return {
        "VariantName": "AllTraffic",
        "ModelName": model,
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
    }


@pytest.fixture
def deployer_on() -> Callable[[Settings], Deployer]:
    return Deployer


@pytest.fixture
def deployer(standin_aws: Settings) -> Iterator[Deployer]:
    deployer = Deployer(standin_aws)
    yield deployer
    for name in deployer.names:
        if name in deletable(deployer):
            deployer.sagemaker.delete_endpoint(EndpointName=name)


def deletable(deployer: Deployer) -> list[str]:
    """The others end with the session; waiting for them would be all that it does."""
    listed = deployer.sagemaker.list_endpoints(MaxResults=100)["Endpoints"]
    settled = ("InService", "Failed")
    return [one["EndpointName"] for one in listed if one["EndpointStatus"] in settled]
