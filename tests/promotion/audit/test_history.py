"""History: every entry is shown, with what it changed in a few words and where it came from."""

from datetime import UTC, datetime

import pytest

from fakes.promotions.audit_trails import event
from fakes.promotions.production import fake_production
from fakes.promotions.promotions import FIRST, SECOND, another, promote
from foundation.errors import InvalidData
from foundation.locations import audit_entry_key
from promotion.audit.history import changed, history, history_table
from promotion.audit.trail import AuditTrail
from promotion.freeze import freeze
from promotion.production import ProductionSession
from promotion.records import Write

CONFIG = "s3://config/production-model-config.yaml"
FOLDER = "ssm:/fraud-detection/hyperparameters/"
RUN = {
    "run_id": "run-7",
    "experiment": "tuning",
    "notebook": "notebooks/experiments/4_tune.ipynb",
    "git_commit": "c0ffee",
    "data": "ulb",
    "data_digest": "ab" * 32,
}


def write(place: str, old: str | None = None, new: str | None = "1") -> Write:
    action = "create" if old is None else "replace" if new else "remove"
    return Write(place=place, action=action, old=old, new=new)


def remembering(*events) -> ProductionSession:
    production = fake_production()
    trail = AuditTrail(production.objects, production.bucket, production.signer)
    for each in events:
        trail.append(each)
    return production


class TestRows:
    def test_nothing_ever_done_is_an_empty_history(self):
        assert history(fake_production()) == []
        assert history_table(fake_production()).is_empty()

    def test_an_entry_says_who_what_why_and_from_where(self):
        recorded = event(
            1, kind="rolled back", approved_by="grace", forced=True, verdict="HOLD", run=RUN,
            promotion_id="rollback-1",
        )  # fmt: skip
        (row,) = history(remembering(recorded))
        shown = row.model_dump()
        assert shown.pop("changed") == "1 place"
        assert shown == RUN | {
            "number": 1,
            "at": recorded.at,
            "kind": "rolled back",
            "who": recorded.who,
            "approved_by": "grace",
            "forced": True,
            "verdict": "HOLD",
            "reason": recorded.reason,
            "promotion_id": "rollback-1",
        }

    def test_the_newest_are_the_last(self):
        production = remembering(*(event(number) for number in range(1, 6)))
        assert [row.number for row in history(production)] == [1, 2, 3, 4, 5]
        assert [row.number for row in history(production, limit=2)] == [4, 5]

    def test_entries_are_in_order_by_number_whatever_the_clocks_said(self):
        late, early = event(1), event(2, at=datetime(2020, 1, 1, tzinfo=UTC))
        assert [row.at for row in history(remembering(late, early))] == [late.at, early.at]

    def test_a_history_that_cannot_be_read_is_not_shown_in_part(self):
        production = remembering(event(1), event(2))
        production.objects.write(production.bucket, audit_entry_key(1), b"{}")
        with pytest.raises(InvalidData, match="ceap promotion verify"):
            history(production)


class TestTable:
    def test_a_row_an_entry_with_the_same_values(self):
        production = remembering(event(1, run=RUN), event(2))
        table = history_table(production)
        assert table.to_dicts() == [row.model_dump() for row in history(production)]

    def test_its_columns_are_the_same_when_it_is_empty(self):
        full, empty = history_table(remembering(event(1))), history_table(fake_production())
        assert full.schema == empty.schema
        assert full.columns[:4] == ["number", "at", "kind", "who"]


class TestChanged:
    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ([], ""),
            ([write(CONFIG, None, "xgboost, promotion-1, digest ab")], "xgboost"),
            ([write(CONFIG, "xgboost, p-1, digest ab", "xgboost, p-2, digest cd")], "xgboost"),
            (
                [
                    write(CONFIG, "random_forest, p-1, digest ab", "xgboost, p-2, digest cd"),
                    write(f"{FOLDER}max_depth", "3", "4"),
                    write(f"{FOLDER}gamma"),
                    write(f"{FOLDER}min_samples_leaf", "5", None),
                    write("ssm:/fraud-detection/production-model-config", "{}", "{}"),
                    write("mlflow:fraud-detection@champion", "1", "2"),
                ],
                "random_forest → xgboost, 3 hyperparameters",
            ),
            ([write(f"{FOLDER}gamma", "9", "0")], "1 hyperparameter"),
            ([write("mlflow:m@champion"), write("mlflow:m@previous")], "2 places"),
        ],
    )
    def test_it_is_said_in_a_few_words(self, changes, words):
        assert changed(event(1, changes=changes)) == words

    def test_a_rollback_says_what_is_in_production_again(self):
        config = write(CONFIG, "lightgbm, p-2, digest ab", "xgboost, r-3, digest cd")
        recorded = event(1, changes=[config], details={"restores": "promotion-1"})
        assert changed(recorded) == "lightgbm → xgboost, as in promotion-1"


def test_a_promotion_is_shown_as_it_was_planned():
    production = fake_production()
    plans = [promote(production, FIRST), promote(production, another(FIRST), "faster")]
    plans.append(promote(production, SECOND))
    freeze(production, reason="audit")
    rows = history(production)
    old, new = FIRST["algorithm"], SECOND["algorithm"]
    differing = FIRST["hyperparameters"].keys() | SECOND["hyperparameters"].keys()
    assert [row.promotion_id for row in rows] == [*(plan.promotion_id for plan in plans), None]
    assert [row.changed for row in rows] == [
        f"{old}, {len(FIRST['hyperparameters'])} hyperparameters",
        f"{old}, 1 hyperparameter",
        f"{old} → {new}, {len(differing)} hyperparameters",
        "",
    ]
    assert [row.reason for row in rows] == ["better", "faster", "better", "audit"]
    assert rows[2].run_id == SECOND["lineage"]["run_id"]
