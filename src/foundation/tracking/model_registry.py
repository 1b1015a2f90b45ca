"""Model registry: the model version of each promotion, and the aliases champion and previous."""

import re
from collections.abc import Mapping
from typing import Any, Protocol

from foundation.errors import InvalidParams, NotFound
from foundation.settings import Settings
from foundation.tracking.reader import existing_run
from foundation.tracking.server import TrackingServer

PROMOTION_ID = "promotion_id"
MODEL = "model"  # the folder of a run that MLflow loads
PLAIN = re.compile(r"[\w.-]+", re.ASCII)  # in MLflow's filters no quote can be escaped
MISSING = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")


class ModelRegistry(Protocol):
    """Port of the model registry. Every failure of the server is Unavailable."""

    def register(self, promotion_id: str, run_id: str, tags: Mapping[str, str]) -> str:
        """Register the model of a run once, and return its version.

        Raises NotFound when there is no such run, or the run has no model.
        """
        ...

    def version_of(self, promotion_id: str) -> str | None:
        """Return the version that this promotion registered; None when it registered none."""
        ...

    def version_at(self, alias: str) -> str | None:
        """Return the version that the alias points to; None when there is no such alias."""
        ...

    def set_alias(self, alias: str, version: str | None) -> None:
        """Point the alias to a version; with None, remove the alias if there is one."""
        ...


class MlflowRegistry:
    """The registry of the tracking server: one registered model, with a version a promotion."""

    def __init__(self, settings: Settings) -> None:
        self._server, self._name = TrackingServer(settings), settings.registered_model

    def register(self, promotion_id: str, run_id: str, tags: Mapping[str, str]) -> str:
        with self._server.errors(f"Registering the model of run {run_id}"):
            require_plain(promotion_id)
            if known := self._version_of(promotion_id):
                return known
            source = self._source(run_id)
            self._make_model()
            self._server.client.create_model_version(
                self._name, source, run_id, tags={**tags, PROMOTION_ID: promotion_id}
            )
            # Read again: two processes that registered it at once are to return the same version.
            return self._version_of(promotion_id) or ""

    def version_of(self, promotion_id: str) -> str | None:
        with self._server.errors(f"Looking for the version of promotion {promotion_id}"):
            return self._version_of(promotion_id)

    def version_at(self, alias: str) -> str | None:
        from mlflow.exceptions import MlflowException

        with self._server.errors(f"Looking for the alias {alias}"):
            try:
                found = self._server.client.get_model_version_by_alias(self._name, alias)
            except MlflowException as error:
                if error.error_code not in MISSING:
                    raise
                return None
        return str(found.version)

    def set_alias(self, alias: str, version: str | None) -> None:
        with self._server.errors(f"Pointing the alias {alias} to {version or 'nothing'}"):
            client = self._server.client
            if version is not None:
                client.set_registered_model_alias(self._name, alias, version)
            elif self.version_at(alias) is not None:
                client.delete_registered_model_alias(self._name, alias)

    def _version_of(self, promotion_id: str) -> str | None:
        if not PLAIN.fullmatch(promotion_id):
            return None  # no version was registered under such an id
        found = self._server.client.search_model_versions(
            f"name = '{self._name}' and tags.{PROMOTION_ID} = '{promotion_id}'"
        )
        return min((str(each.version) for each in found), key=int, default=None)

    def _source(self, run_id: str) -> str:
        """Return the URI of the run's model, as the registry stores it."""
        client = self._server.client
        run: Any = existing_run(client, run_id)
        files = {each.path for each in client.list_artifacts(run_id, MODEL)}
        if f"{MODEL}/MLmodel" not in files:
            message = (
                f"Run {run_id} kept no model that MLflow loads, so there is nothing to register. "
                "Train it again; nothing was registered."
            )
            raise NotFound(message)
        return f"{run.info.artifact_uri}/{MODEL}"

    def _make_model(self) -> None:
        from mlflow.exceptions import MlflowException

        try:
            self._server.client.create_registered_model(self._name)
        except MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise


def require_plain(promotion_id: str) -> None:
    """Raise InvalidParams for an id that no promotion has and no filter of MLflow can hold."""
    if not PLAIN.fullmatch(promotion_id):
        source = f"The promotion id {promotion_id!r}"
        raise InvalidParams(source, ["it has other characters than letters, digits, _ . -"])
