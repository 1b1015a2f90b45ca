"""Production over fakes: everything that a promotion touches, in memory."""

from typing import Any

from fakes.ports.model_registry import FakeRegistry
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.parameter_store import FakeParameterStore
from fakes.ports.settings import fake_settings
from fakes.ports.signer import FakeSigner
from fakes.ports.tracking import FakeTracking
from promotion.production import ProductionSession


def fake_production(**overrides: Any) -> ProductionSession:
    """Open an environment in which nothing was ever promoted; any field may be another."""
    fields: dict[str, Any] = {
        "settings": fake_settings(),
        "objects": FakeObjectStore(),
        "parameters": FakeParameterStore(),
        "registry": FakeRegistry(),
        "signer": FakeSigner(),
        "tracking": FakeTracking(),
        "who": "ada@workstation",
    }
    return ProductionSession(**(fields | overrides))
