"""Production session: the stores that a promotion changes, and who changes them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from foundation.session import Session
from foundation.settings import Settings, load_settings
from foundation.signing.identity import current_user
from foundation.signing.signing import Signer, open_signer
from foundation.stores.object_store import S3ObjectStore
from foundation.stores.parameter_store import ParameterStore, SsmParameterStore
from foundation.tracking.model_registry import MlflowRegistry, ModelRegistry
from foundation.tracking.writer import MlflowTracking

READS_ONLY = "interactive-promotion"  # nothing is finished under this execution id


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class ProductionSession(Session):
    """One environment, as a promotion sees it. `tracking` is only read."""

    parameters: ParameterStore
    registry: ModelRegistry
    signer: Signer
    who: str
    now: Callable[[], datetime] = utc_now
    execution_id: str = READS_ONLY

    @property
    def bucket(self) -> str:
        return self.settings.config_bucket

    @classmethod
    def open(cls, execution_id: str = READS_ONLY, settings: Settings | None = None) -> Self:
        """Open the environment that `CEAP_ENVIRONMENT` names, or that of `settings`."""
        chosen = settings or load_settings()
        return cls(
            settings=chosen,
            objects=S3ObjectStore(chosen),
            tracking=MlflowTracking(chosen),
            execution_id=execution_id,
            parameters=SsmParameterStore(chosen),
            registry=MlflowRegistry(chosen),
            signer=open_signer(chosen),
            who=current_user(chosen),
        )
