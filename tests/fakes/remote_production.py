"""Remote production: promotions over HTTP, of an emulator of AWS, by processes that can die."""

import multiprocessing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fakes.aftermath import Snapshot, bury, snapshot
from fakes.directory_registry import DirectoryRegistry
from fakes.misfortunes import SCENARIOS, Ended, attempted
from fakes.tracking import FakeTracking
from foundation import locations
from foundation.object_store import S3ObjectStore
from foundation.parameter_store import SsmParameterStore
from foundation.settings import Settings
from foundation.signing import open_signer
from promotion.production import Production
from promotion.projection import changes
from promotion.state import read_parameters

# What the server that forks has imported, no process has to import again.
PRELOADED = ["boto3", "promotion.rolling_back", "shelf.model_archive", "sklearn.linear_model"]


def remote_production(settings: Settings, folder: Path, who: str = "ada@laptop") -> Production:
    """The stores that the settings lead to; the registry lies in a folder."""
    return Production(
        settings=settings,
        objects=S3ObjectStore(settings),
        parameters=SsmParameterStore(settings),
        registry=DirectoryRegistry(folder),
        signer=open_signer(settings),
        tracking=FakeTracking(),
        who=who,
    )


@dataclass
class Stage:
    """An environment that a scenario plays in, again and again from the same beginning."""

    direct: Settings
    proxied: Settings
    folder: Path
    scenario: str
    before: Snapshot

    @classmethod
    def set_up(cls, direct: Settings, proxied: Settings, folder: Path, scenario: str) -> "Stage":
        folder.mkdir(parents=True)
        production = remote_production(direct, folder)
        for key in production.objects.keys(production.bucket, ""):
            production.objects.delete(production.bucket, key)
        production.parameters.delete(list(read_parameters(production)))
        for act in SCENARIOS[scenario].before:
            act(production)
        bury(production)
        DirectoryRegistry(folder).copy_to(folder / "before")
        return cls(direct, proxied, folder, scenario, snapshot(production))

    @property
    def production(self) -> Production:
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
        found = changes(wanted, read_parameters(production))
        for name, value in found.written.items():
            production.parameters.write(name, value)
        production.parameters.delete(found.removed)
        DirectoryRegistry(self.folder / "before").copy_to(self.folder)
        return replace(before, parameters=read_parameters(production))

    def played(self) -> Ended:
        """Play it through the proxy, in this process, which counts as dead afterwards."""
        production = remote_production(self.proxied, self.folder)
        ended = attempted(SCENARIOS[self.scenario].act, production)
        bury(self.production)
        return ended

    def started(self) -> "Player":
        return Player(self.proxied, self.folder, self.scenario)


class Player:
    """A process of its own that plays a scenario as soon as it is told to."""

    def __init__(self, settings: Settings, folder: Path, scenario: str) -> None:
        self._ours, theirs = forking().Pipe()
        self._process = forking().Process(target=_play, args=(theirs, settings, folder, scenario))
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        pid: int = self._process.pid
        return pid

    def played(self) -> Ended:
        """Let it begin, and wait for its end; a process that was killed has no words."""
        self._ours.send("begin")
        try:
            kind, words = self._ours.recv()
        except EOFError:
            kind, words = "Killed", ""
        self._process.join()
        return Ended(kind, words)


def _play(told: Any, settings: Settings, folder: Path, scenario: str) -> None:
    production = remote_production(settings, folder)
    told.recv()
    told.send(tuple(attempted(SCENARIOS[scenario].act, production)))


def forking() -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context
