"""A model registry in memory, over the runs that it is told of."""

from collections.abc import Collection, Mapping

from foundation.errors import NotFound
from foundation.tracking.model_registry import require_plain


class FakeRegistry:
    """A registry of promoted models; `writes` counts the calls that change it or try to.

    `runs` are those that kept a model; None for all.
    """

    def __init__(self, runs: Collection[str] | None = None) -> None:
        self.versions: dict[str, tuple[str, str, dict[str, str]]] = {}  # promotion, run, tags
        self.aliases: dict[str, str] = {}
        self.writes = 0
        self._runs = runs

    def register(self, promotion_id: str, run_id: str, tags: Mapping[str, str]) -> str:
        require_plain(promotion_id)
        self.writes += 1
        if known := self.version_of(promotion_id):
            return known
        if self._runs is not None and run_id not in self._runs:
            message = f"Run {run_id} kept no model that MLflow loads."
            raise NotFound(message)
        version = str(len(self.versions) + 1)
        self.versions[version] = (promotion_id, run_id, dict(tags))
        return version

    def version_of(self, promotion_id: str) -> str | None:
        for version, (registered_by, _, _) in self.versions.items():
            if registered_by == promotion_id:
                return version
        return None

    def version_at(self, alias: str) -> str | None:
        return self.aliases.get(alias)

    def set_alias(self, alias: str, version: str | None) -> None:
        self.writes += 1
        if version is None:
            self.aliases.pop(alias, None)
        else:
            self.aliases[alias] = version
