"""Champions over fakes: a small prepared data set, and models of it in production."""

from dataclasses import dataclass, field
from typing import Any

from catalog.labelled_splits import read_development
from catalog.model_archive import ModelMetadata, golden_rows, store_model
from catalog.preparation import Preparation, prepare_data
from catalog.prepared_data import Manifest
from catalog.raw_checks import Origin
from fakes.data.training import raw_file
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from foundation import locations
from foundation.executions import Execution
from foundation.lineage import lineage
from foundation.production.config import ProductionConfig, sealed
from fraud.model.fraud_model import FraudModel, fit
from fraud.model.refit import refitted

SETTINGS = fake_settings()
FOREST: dict[str, Any] = {"algorithm": "random_forest", "hyperparameters": {"n_estimators": 5}}


@dataclass
class FakeCatalog:
    """A store with prepared data and with models of it."""

    store: FakeObjectStore = field(default_factory=FakeObjectStore)

    @property
    def execution(self) -> Execution:
        return Execution("interactive-test", self.store, SETTINGS)

    def prepared(self, *, seed: int = 42, is_simulated: bool = False) -> Manifest:
        """Prepare the small raw file, split by this seed."""
        bucket, key = SETTINGS.data_bucket, locations.raw_key("creditcard.csv")
        self.store.write(bucket, key, raw_file() + b"\n" * is_simulated)
        origin = Origin(simulated=is_simulated, source="made up")
        self.store.write(bucket, f"{key}.origin.json", origin.to_json())
        wanted = Preparation(minimum_rows=100, require_digest=False, seed=seed)
        return prepare_data(self.execution, wanted).manifest

    def fitted(self, manifest: Manifest, *, seed: int = 1, **made: Any) -> FraudModel:
        rows = read_development(self.execution, manifest)
        made = {**FOREST, **made}
        first = fit(**made, train=rows.train, validation=rows.validation, seed=seed, threads=1)
        return refitted(first, rows.train, rows.validation, threads=1)

    def kept(self, manifest: Manifest, model: FraudModel) -> str:
        """Keep a model of these rows, and return its digest."""
        validation = read_development(self.execution, manifest).validation
        made_from = lineage(
            data=manifest.data, data_digest=manifest.data_digest, config_digest="0" * 64
        )
        metadata = ModelMetadata(
            **made_from.model_dump(),
            algorithm=model.algorithm,
            columns=list(model.columns),
            threshold=model.threshold,
            golden=golden_rows(model, validation, 4),
        )
        return store_model(self.execution, model, metadata)

    def deployed(self, manifest: Manifest, model: FraudModel) -> str:
        digest = self.kept(manifest, model)
        endpoint = f'{{"name": "prod", "model_digest": "{digest}"}}'.encode()
        self.store.write(SETTINGS.config_bucket, locations.ENDPOINT, endpoint)
        return digest


def promoted(manifest: Manifest, **changed: Any) -> ProductionConfig:
    """A configuration that was promoted from these rows."""
    facts = {
        **FOREST,
        "promotion_id": "promotion-1",
        "decision_threshold": 0.4321,
        "seed": 1,
        "metrics": {},
        "lineage": {"data": manifest.data, "data_digest": manifest.data_digest},
    }
    return sealed(**{**facts, **changed})
