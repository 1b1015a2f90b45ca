"""Rollback check: a configuration that is no longer what it was does not come back."""

from typing import Any

import pytest

from catalog.model_archive import METADATA, golden_rows
from fakes.data.labelled_rows import fake_rows, fitted
from fakes.promotions.kept_models import (
    ALGORITHM,
    in_production,
    kept,
    model_files,
    of_model,
    with_model,
)
from fakes.promotions.promotions import SECOND, promote
from foundation import locations
from foundation.errors import InvalidParams
from foundation.production.config import sealed, to_yaml
from foundation.stores.archives import pack
from promotion.audit.trail import AuditTrail
from promotion.production import ProductionSession
from promotion.records import Plan
from promotion.refusals import RollbackRefused
from promotion.roll_back import roll_back


@pytest.fixture
def first(production: ProductionSession) -> Plan:
    """A promotion whose model works, before another that has none."""
    plan = promote(production, with_model(production))
    promote(production, SECOND)
    return plan


def broken(production: ProductionSession, files: dict[str, bytes] | None, digest: str) -> None:
    """Put other files where a model was, or none."""
    place = production.settings.models_bucket, locations.model_archive_key(digest)
    if files is None:
        production.objects.delete(*place)
    else:
        production.objects.write(*place, pack(files))


@pytest.mark.parametrize(
    ("files", "named"),
    [
        (None, "is gone"),
        ({**model_files(), "model.json": b"{}"}, "is not what it should be"),
        ({METADATA: b"{}"}, "is not what it should be"),
    ],
    ids=["gone", "changed", "empty"],
)
def test_a_model_that_is_not_what_it_was_is_refused(
    production: ProductionSession, first: Plan, files: dict[str, bytes] | None, named: str
) -> None:
    before = in_production(production)
    broken(production, files, str(first.config.model_digest))

    with pytest.raises(RollbackRefused, match=named) as refused:
        roll_back(reason="back", production=production)

    assert "Production is unchanged" in str(refused.value)
    assert [gate.gate for gate in refused.value.gates] == ["model"]
    assert in_production(production) == before


def test_a_model_that_scores_its_golden_rows_otherwise_is_refused(
    production: ProductionSession,
) -> None:
    golden = golden_rows(fitted(ALGORITHM), fake_rows(2), 8)
    other = golden.model_copy(update={"scores": [0.5] * len(golden.scores)})
    digest = kept(production, model_files(golden=other))
    promote(production, with_model(production, model_digest=digest))
    promote(production, SECOND)

    with pytest.raises(RollbackRefused, match="golden rows the scores of the training"):
        roll_back(reason="back", production=production)


def planted(production: ProductionSession, **changed: Any) -> str:
    """Make it so that an older version of this project promoted something first."""
    config = promote(production, with_model(production)).config
    older = sealed(**{**config.model_dump(exclude={"digest"}), **changed})
    place = production.bucket, locations.archived_config_key(config.promotion_id)
    production.objects.write(*place, to_yaml(older))
    promote(production, SECOND)
    return config.promotion_id


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"algorithm": "naive_bayes"}, r"there is no algorithm 'naive_bayes'.*commit c0ffee"),
        ({"hyperparameters": {"C": "much"}}, r"This version cannot train it.*C"),
        ({"recipe": {"feetures": {}}}, r"This version cannot train it.*feetures"),
    ],
)
def test_what_this_version_cannot_train_is_refused(
    production: ProductionSession, changed: dict[str, Any], named: str
) -> None:
    target, before = planted(production, **changed), in_production(production)

    with pytest.raises(RollbackRefused, match=named):
        roll_back(target, reason="back", approved_by="grace", production=production)

    assert in_production(production) == before


def test_an_archived_file_with_a_digest_made_to_fit_is_refused_too(
    production: ProductionSession,
) -> None:
    target = planted(production, decision_threshold=0.999)

    with pytest.raises(
        RollbackRefused, match=r"entry 1 of the history says .*not what was promoted"
    ):
        roll_back(target, reason="back", approved_by="grace", production=production)


def test_what_names_no_model_needs_somebody_who_vouches_for_it(
    production: ProductionSession,
) -> None:
    first = promote(production, with_model(production, model_digest=None))
    promote(production, SECOND)

    with pytest.raises(
        RollbackRefused, match=r"HOLD model: .*ceap promote run-good.*--approved-by"
    ):
        roll_back(reason="back", production=production)
    with pytest.raises(InvalidParams, match="approved_by: somebody else than ada@workstation"):
        roll_back(reason="back", approved_by="ada@workstation", production=production)
    roll_back(reason="back", approved_by="grace", production=production)

    assert of_model(in_production(production)) == of_model(first.config)
    event = AuditTrail(production.objects, production.bucket, production.signer).entries()[-1].event
    assert (event.approved_by, event.forced, event.verdict) == ("grace", True, "HOLD")
