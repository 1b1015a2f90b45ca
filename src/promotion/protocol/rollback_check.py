"""Rollback check: whether an earlier configuration can go to production as what it was."""

from pydantic import ValidationError

from foundation.commands import promote
from foundation.errors import DigestMismatch, InvalidData, InvalidParams, NotFound
from foundation.executions import Execution
from foundation.production.config import ProductionConfig
from promotion.audit.trail import AuditTrail
from promotion.production import ProductionSession
from promotion.records import GateResult

NOT_USABLE = (NotFound, InvalidData, InvalidParams, DigestMismatch, ValidationError)
VOUCH = "To put it back all the same, name who agrees to it: --approved-by"


def rollback_gates(target: ProductionConfig, production: ProductionSession) -> list[GateResult]:
    """Check that a configuration is what was promoted, can be trained, and that its model works.

    A hold means that this can no longer be proven.
    """
    return [
        _history_gate(target, production),
        _algorithm_gate(target),
        _model_gate(target, production),
    ]


def _history_gate(target: ProductionConfig, production: ProductionSession) -> GateResult:
    """Compare the archived configuration with its signed history entry.

    An archived file can be rewritten with a digest that fits; a signed entry cannot.
    """
    trail = AuditTrail(production.objects, production.bucket, production.signer)
    gate, entry = "history", trail.find(target.promotion_id)
    if entry is None:
        reason = (
            f"The history has no entry of {target.promotion_id}, so nothing vouches for what was "
            f"archived of it. {VOUCH}"
        )
        return GateResult(gate=gate, verdict="hold", reason=reason)
    promised = entry.event.config_digest
    if promised != target.digest:
        reason = (
            f"The archived configuration of {target.promotion_id} has the digest "
            f"{target.digest[:12]}, and entry {entry.number} of the history says {promised}: it is "
            "not what was promoted. Put that back: ceap promotion verify --repair"
        )
        return GateResult(gate=gate, verdict="fail", reason=reason)
    reason = f"Entry {entry.number} of the history vouches for what was archived."
    return GateResult(gate=gate, verdict="pass", reason=reason)


def _algorithm_gate(target: ProductionConfig) -> GateResult:
    from fraud.algorithms import algorithm_named
    from fraud.model.recipe import Recipe

    gate = "hyperparameters"
    try:
        algorithm_named(target.algorithm).checked(target.hyperparameters)
        Recipe.checked(target.recipe, source="recipe")
    except InvalidParams as error:
        commit = target.lineage.get("git_commit")
        older = f"promote with the code of then (commit {commit})" if commit else "older code"
        reason = (
            f"This version cannot train it: {'; '.join(error.problems)}. Go back to another "
            f"promotion, or {older}."
        )
        return GateResult(gate=gate, verdict="fail", reason=reason)
    reason = f"{target.algorithm} accepts all {len(target.hyperparameters)} hyperparameters."
    return GateResult(gate=gate, verdict="pass", reason=reason)


def _model_gate(target: ProductionConfig, production: ProductionSession) -> GateResult:
    gate, run_id = "model", target.lineage.get("run_id", "RUN")
    if target.model_digest is None:
        reason = (
            "It names no model, so nothing proves that it still works as it did. Judge its run "
            f"again: {promote(run_id)}. {VOUCH}"
        )
        return GateResult(gate=gate, verdict="hold", reason=reason)
    try:
        rows = _score_golden_rows(target.model_digest, target.promotion_id, production)
    except NOT_USABLE as error:
        reason = (
            f"Its model is not what it was: {error} Promote a run that kept one: {promote('RUN')}"
        )
        return GateResult(gate=gate, verdict="fail", reason=reason)
    reason = f"Its model loads, and gives {rows} golden rows the scores that they had."
    return GateResult(gate=gate, verdict="pass", reason=reason, figures={"golden_rows": rows})


def _score_golden_rows(digest: str, promotion_id: str, production: ProductionSession) -> int:
    """Load the model and verify its scores of the golden rows; return the number of rows."""
    from catalog.model_archive import load_model

    execution = Execution(promotion_id, production.objects, production.settings)
    loaded = load_model(execution, digest)
    golden = loaded.metadata.golden
    golden.require_scores(loaded.model.scores(golden.matrix()), source=f"Model {digest[:12]}")
    return len(golden.scores)
