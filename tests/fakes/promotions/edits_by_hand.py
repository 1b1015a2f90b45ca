"""Edits by hand: every way to make a place differ from what was promoted."""

from collections.abc import Callable

from fakes.promotions.promotions import SECOND
from foundation import locations
from foundation.production.config import sealed, to_yaml
from foundation.stores.parameter_store import Parameter
from promotion.audit.trail import AuditTrail
from promotion.production import ProductionSession
from promotion.records import Plan

DEPTH = locations.hyperparameter_name("max_depth")


def at(production: ProductionSession, key: str) -> bytes:
    return production.objects.read(production.bucket, key)


def put(production: ProductionSession, key: str, data: bytes) -> None:
    production.objects.write(production.bucket, key, data)


def edited(production: ProductionSession, key: str, old: bytes, new: bytes) -> None:
    data = at(production, key)
    assert old in data
    put(production, key, data.replace(old, new))


def removed(production: ProductionSession, key: str) -> None:
    production.objects.delete(production.bucket, key)


def parameters(production: ProductionSession) -> dict[str, Parameter]:
    found: dict[str, Parameter] = production.parameters.parameters  # type: ignore[attr-defined]
    return found


def trail(production: ProductionSession) -> AuditTrail:
    return AuditTrail(production.objects, production.bucket, production.signer)


# A way to break one place, where that is, and what is said of it.
Breaking = tuple[Callable[[ProductionSession, Plan], None], str, str]


FILE = f"s3://fraud-detection-config/{locations.PRODUCTION_CONFIG}"


def older(production: ProductionSession, plan: Plan) -> None:
    """Somebody copies an earlier archived file over the one in production."""
    before = locations.archived_config_key(str(plan.config.follows))
    put(production, locations.PRODUCTION_CONFIG, at(production, before))


def forged(production: ProductionSession, plan: Plan) -> None:
    """A file that is whole, and that nobody promoted."""
    fields = plan.config.model_dump(exclude={"digest"}) | {"promotion_id": "promotion-of-eve"}
    put(production, locations.PRODUCTION_CONFIG, to_yaml(sealed(**fields)))


def resealed(production: ProductionSession, plan: Plan) -> None:
    """The promoted file, changed, with a digest that fits."""
    fields = plan.config.model_dump(exclude={"digest"}) | {"decision_threshold": 0.99}
    put(production, locations.PRODUCTION_CONFIG, to_yaml(sealed(**fields)))


BREAKINGS: dict[str, Breaking] = {
    "file missing": (
        lambda production, _: removed(production, locations.PRODUCTION_CONFIG),
        FILE,
        r"It is missing: xgboost of promotion promotion-",
    ),
    "file edited": (
        lambda production, _: edited(
            production, locations.PRODUCTION_CONFIG, b"max_depth: 7", b"max_depth: 8"
        ),
        FILE,
        r"Readers refuse it: .*its sha256 is",
    ),
    "file torn": (
        lambda production, _: put(
            production, locations.PRODUCTION_CONFIG, at(production, FILE.split("/", 3)[3])[:700]
        ),
        FILE,
        r"Readers refuse it: .*is not a production configuration",
    ),
    "file of something else": (
        lambda production, _: put(production, locations.PRODUCTION_CONFIG, b"\xff\x00"),
        FILE,
        r"Readers refuse it",
    ),
    "file older": (
        older,
        FILE,
        rf"It holds {SECOND['algorithm']} of promotion .*xgboost of .*belongs there",
    ),
    "file forged": (forged, FILE, r"It holds xgboost of promotion promotion-of-eve"),
    "file resealed": (resealed, FILE, r"It holds xgboost of .*: xgboost of .* belongs there"),
    "parameter edited": (
        lambda production, _: production.parameters.write(DEPTH, "99"),
        f"ssm:{DEPTH}",
        r"It is 99, and 7 is expected\.",
    ),
    "parameter missing": (
        lambda production, _: production.parameters.delete([DEPTH]),
        f"ssm:{DEPTH}",
        r"It is missing: 7 is expected\.",
    ),
    "parameter strange": (
        lambda production, _: production.parameters.write(f"{DEPTH}s", "7"),
        f"ssm:{DEPTH}s",
        r"It is 7, and nothing that is in production put it there",
    ),
    "parameter of another type": (
        lambda production, _: parameters(production).update(
            {DEPTH: Parameter(name=DEPTH, value="7", type="StringList")}
        ),
        f"ssm:{DEPTH}",
        r"It is a StringList, and a String is expected, 7\.",
    ),
    "manifest edited": (
        lambda production, _: production.parameters.write(locations.CONFIG_PARAMETER, "{}"),
        f"ssm:{locations.CONFIG_PARAMETER}",
        r"no whole configuration \({}\), and xgboost of promotion .* is expected",
    ),
    "manifest missing": (
        lambda production, _: production.parameters.delete([locations.CONFIG_PARAMETER]),
        f"ssm:{locations.CONFIG_PARAMETER}",
        r"It is missing: xgboost of promotion",
    ),
    "alias elsewhere": (
        lambda production, _: production.registry.set_alias("champion", "1"),
        "mlflow:fraud-detection@champion",
        r"It points to version 1, and version 2 \(promotion promotion-.*\) is expected",
    ),
    "alias missing": (
        lambda production, _: production.registry.set_alias("previous", None),
        "mlflow:fraud-detection@previous",
        r"It points to no version, and version 1",
    ),
    "archive missing": (
        lambda production, plan: removed(
            production, locations.archived_config_key(plan.promotion_id)
        ),
        "archive/",
        r"It is missing: the history tells of promotion",
    ),
    "archive edited": (
        lambda production, plan: edited(
            production,
            locations.archived_config_key(str(plan.config.follows)),
            b"run-second",
            b"run-secund",
        ),
        "archive/",
        r"It was edited",
    ),
}  # fmt: skip
