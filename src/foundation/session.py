"""Session: settings, stores and execution of one environment, shared by all packages above."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

from foundation.executions import INTERACTIVE, Execution
from foundation.settings import Settings, load_settings
from foundation.stores.object_store import ObjectStore, S3ObjectStore
from foundation.tracking.runs import Tracking


@dataclass(frozen=True)
class Session:
    """The stores of one environment, and the execution that the work belongs to.

    An execution id that starts with "interactive" is for trials: outputs may be overwritten.
    """

    settings: Settings
    objects: ObjectStore
    tracking: Tracking
    execution_id: str = INTERACTIVE

    @classmethod
    def open(cls, execution_id: str = INTERACTIVE, settings: Settings | None = None) -> Self:
        """Open the environment that `CEAP_ENVIRONMENT` names, or that of `settings`."""
        from foundation.tracking.writer import MlflowTracking

        chosen = settings or load_settings()
        return cls(chosen, S3ObjectStore(chosen), MlflowTracking(chosen), execution_id)

    @cached_property
    def execution(self) -> Execution:
        return Execution.open(self.execution_id, self.objects, self.settings)
