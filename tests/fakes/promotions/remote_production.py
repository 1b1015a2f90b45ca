"""Remote production: promotions over HTTP, of an emulator of AWS, by processes that can die."""

from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from fakes.faults.fault_scenarios import SCENARIOS, Ended, attempted
from fakes.faults.process_forker import ReadyScenario
from fakes.ports.directory_registry import DirectoryRegistry
from fakes.ports.tracking import FakeTracking
from fakes.promotions.recovery_checks import Snapshot, bury, snapshot
from foundation import locations
from foundation.aws import client
from foundation.settings import Settings
from foundation.signing.signing import open_signer
from foundation.stores.object_store import S3ObjectStore
from foundation.stores.parameter_store import SsmParameterStore
from promotion.production import ProductionSession
from promotion.protocol.projection import parameter_changes
from promotion.protocol.state import read_parameters


def remote_production(
    settings: Settings, folder: Path, who: str = "ada@laptop"
) -> ProductionSession:
    """The stores that the settings lead to; the registry lies in a folder."""
    return ProductionSession(
        settings=settings,
        objects=S3ObjectStore(settings),
        parameters=SsmParameterStore(settings),
        registry=DirectoryRegistry(folder),
        signer=open_signer(settings),
        tracking=FakeTracking(),
        who=who,
    )


def with_own_bucket(settings: Settings) -> Settings:
    """The same emulator, with a bucket for what is promoted that nobody else has, and no
    parameters of promotions."""
    bucket = f"promotions-{uuid4()}"
    client("s3", settings).create_bucket(Bucket=bucket)
    parameters = SsmParameterStore(settings)
    known = [*parameters.below(locations.HYPERPARAMETERS), locations.CONFIG_PARAMETER]
    parameters.delete([*known, locations.PREFLIGHT_PARAMETER])
    return settings.model_copy(update={"config_bucket": bucket})


@dataclass
class RemoteEnvironment:
    """An environment for one scenario, run again and again from the same beginning."""

    direct: Settings
    proxied: Settings
    folder: Path
    scenario: str
    before: Snapshot

    @classmethod
    def set_up(
        cls, direct: Settings, proxied: Settings, folder: Path, scenario: str
    ) -> "RemoteEnvironment":
        folder.mkdir(parents=True)
        production = remote_production(direct, folder)
        for act in SCENARIOS[scenario].before:
            act(production)
        bury(production)
        DirectoryRegistry(folder).copy_to(folder / "before")
        return cls(direct, proxied, folder, scenario, snapshot(production))

    @property
    def production(self) -> ProductionSession:
        """The way past the proxy."""
        return remote_production(self.direct, self.folder)

    def set_back(self) -> Snapshot:
        """Put everything back to where it began. What is written once is there still."""
        production, before = self.production, self.before
        objects, bucket = production.objects, production.bucket
        for key in set(objects.keys(bucket, "")) - before.objects.keys():
            objects.delete(bucket, key)
        if data := before.objects.get(locations.PRODUCTION_CONFIG):
            objects.write(bucket, locations.PRODUCTION_CONFIG, data)
        wanted = {name: each.value for name, each in before.parameters.items()}
        found = parameter_changes(wanted, read_parameters(production))
        for name, value in found.written.items():
            production.parameters.write(name, value)
        production.parameters.delete(found.removed)
        DirectoryRegistry(self.folder / "before").copy_to(self.folder)
        return replace(before, parameters=read_parameters(production))

    def run_scenario(self) -> Ended:
        """Run it through the proxy, in this process, which counts as dead afterwards."""
        ended = ready_to_run(self.proxied, self.folder, self.scenario)()
        bury(self.production)
        return ended


def ready_to_run(settings: Settings, folder: Path, scenario: str) -> ReadyScenario:
    production = remote_production(settings, folder)
    return lambda: attempted(SCENARIOS[scenario].act, production)
