"""Promotions for the laws: two candidates that differ in everything, and the way to production."""

import secrets
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from catalog.model_archive import METADATA, ModelMetadata, golden_rows
from fakes.data.labelled_rows import ROLES
from foundation.digests import digest_of_files
from foundation.lineage import lineage
from promotion.production import ProductionSession
from promotion.protocol.execute_plan import execute_plan
from promotion.protocol.journal import read_closing
from promotion.protocol.plan import Proposal, plan_of
from promotion.protocol.proposal import propose
from promotion.protocol.state import read_state
from promotion.records import Plan, RunFacts

FIRST: dict[str, Any] = {
    "algorithm": "xgboost",
    "hyperparameters": {
        "n_estimators": 400, "early_stopping_rounds": 40, "learning_rate": 0.1 + 0.2,
        "max_depth": 7, "min_child_weight": 5e-324, "gamma": 0.0, "subsample": 0.8999999999999999,
        "colsample_bytree": 1.0, "reg_alpha": 1e-300, "reg_lambda": 2 / 3,
        "scale_pos_weight": 577.8760330578512,
    },
    "recipe": {"bags": 5},
    "decision_threshold": 0.30000000000000004,
    "seed": 7,
    "metrics": {"average_precision": 0.8123456789012345, "accuracy": 0.9993},
    "lineage": {"run_id": "run-first", "experiment": "tuning", "git_commit": "c0ffee"},
}  # fmt: skip
SECOND: dict[str, Any] = {
    "algorithm": "neural_network",
    "hyperparameters": {
        "max_epochs": 25, "early_stopping_epochs": 6, "learning_rate": 0.003, "batch_size": 2048,
        "hidden_units": 64, "hidden_layers": 2, "dropout": 0.0, "weight_decay": 1e-9,
        "scale_pos_weight": 2.0,
    },
    "metrics": {"average_precision": 0.83, "accuracy": 0.9994},
    "lineage": {"run_id": "run-second", "experiment": "tuning", "git_commit": "c0ffee"},
}  # fmt: skip


def promote(
    production: ProductionSession,
    candidate: dict[str, Any],
    reason: str = "better",
    files: Mapping[str, bytes] | None = None,
) -> Plan:
    """Plan it from what is in production, propose it with the files of its model, carry it out."""
    plan = planned(production, candidate, reason)
    propose(plan, production, files)
    execute_plan(plan, production)
    return plan


def values(production: ProductionSession) -> dict[str, str]:
    """What stands in Parameter Store, by name."""
    return {name: each.value for name, each in read_state(production).parameters.items()}


def outcome_of(promotion_id: str, production: ProductionSession) -> str | None:
    """How a promotion ended, by its journal; None while it has not."""
    closing = read_closing(promotion_id, production)
    return closing.outcome if closing else None


def planned(
    production: ProductionSession, candidate: dict[str, Any], reason: str = "better"
) -> Plan:
    return plan_of(proposal_of(candidate, reason), read_state(production), production)


def proposal_of(candidate: dict[str, Any], reason: str = "better") -> Proposal:
    run_id = candidate["lineage"]["run_id"]
    return Proposal(
        kind="promotion",
        configuration=candidate,
        run=RunFacts(run_id=run_id, experiment="tuning", name=run_id),
        reason=reason,
    )


def another(candidate: dict[str, Any]) -> dict[str, Any]:
    """A candidate of the same kind that nobody had before."""
    name = f"run-{secrets.token_hex(4)}"
    learning_rate = secrets.randbelow(10**6) / 10**6
    return {
        **candidate,
        "hyperparameters": {**candidate["hyperparameters"], "learning_rate": learning_rate},
        "lineage": {**candidate["lineage"], "run_id": name},
    }


@lru_cache
def model_files() -> Mapping[str, bytes]:
    """A model that was trained on next to nothing, and can prove itself."""
    from fraud.data.labelled_rows import LabelledRows
    from fraud.model.fraud_model import fit

    rows = np.random.default_rng(3).normal(size=(40, 3))
    data = LabelledRows(
        ("V1", "Amount", "Time"), rows, (rows[:, 0] > 0).astype(np.int8), roles=ROLES
    )
    model = fit("logistic_regression", {}, data, data, seed=0)
    metadata = ModelMetadata(
        **lineage(data="creditcard", data_digest="d" * 64, config_digest="c" * 64).model_dump(),
        algorithm=model.algorithm,
        columns=list(model.columns),
        threshold=model.threshold,
        golden=golden_rows(model, data, 4),
    )
    return {**model.to_files(), METADATA: metadata.to_json()}


def with_model(candidate: dict[str, Any]) -> dict[str, Any]:
    """The same candidate, its model beside it."""
    return {**candidate, "model_digest": digest_of_files(model_files())}
