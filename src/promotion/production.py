"""Production: the stores that a promotion changes, and who changes them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from foundation.settings import Settings, load_settings
from foundation.signing.identity import current_user
from foundation.signing.signing import Signer, open_signer
from foundation.stores.object_store import ObjectStore, S3ObjectStore
from foundation.stores.parameter_store import ParameterStore, SsmParameterStore
from foundation.tracking.model_registry import MlflowRegistry, ModelRegistry
from foundation.tracking.writer import MlflowTracking, Tracking


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class ProductionSession:
    """One environment, as a promotion sees it. Of `tracking` it only reads what was recorded."""

    settings: Settings
    objects: ObjectStore
    parameters: ParameterStore
    registry: ModelRegistry
    signer: Signer
    tracking: Tracking
    who: str
    now: Callable[[], datetime] = utc_now

    @property
    def bucket(self) -> str:
        return self.settings.config_bucket


def open_production(settings: Settings | None = None) -> ProductionSession:
    """Open the environment that `CEAP_ENVIRONMENT` names."""
    chosen = settings or load_settings()
    return ProductionSession(
        settings=chosen,
        objects=S3ObjectStore(chosen),
        parameters=SsmParameterStore(chosen),
        registry=MlflowRegistry(chosen),
        signer=open_signer(chosen),
        tracking=MlflowTracking(chosen),
        who=current_user(chosen),
    )
