"""Broken inputs: each planted fault is named on its first day, and a quiet day stays quiet."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from catalog.model_archive import INPUTS
from fakes.data.faulty_days import CHANNELS, COLUMNS, ROLES, day_number, faulty_day, train_rows
from fakes.data.scored_day import open_day
from fakes.ports.endpoints import FakeEndpoints
from fakes.ports.metrics import FakeMetrics
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.scores import FakeScoresTable
from fakes.ports.settings import fake_settings
from fakes.ports.topic import FakeTopic
from foundation import locations
from foundation.digests import digest_of_bytes
from foundation.errors import InvalidData
from fraud.data.arrays import Matrix, Scores
from fraud.monitoring.inputs.summaries import column_kinds, summaries
from fraud.monitoring.inputs.summary import InputReference
from fraud.scoring.model_columns import ModelColumns
from pipeline.alert import AlertParams, alert
from pipeline.inference.scored import ScoreOutput
from pipeline.monitor import MonitorOutput, MonitorParams, monitor
from pipeline.score import ScoreParams, score
from pipeline.store import StoreParams, store

SETTINGS = fake_settings()
MODEL = "a" * 64
QUIET_DAYS = 8
NAMED = {
    "unknown": "every category of channel is unknown to the model: {}; the model knows web, app, "
    "pos: another case?",
    "null": "channel is missing in every transaction (in training in none, on the last days in "
    "none).",
    "renamed": "channel is missing in every transaction, and all of them have channel_name, which "
    "the model does not know: renamed?",
    "cents": "amount is 100 times as large as usual: cents?",
    "stuck": "v2 is 0.0 in every transaction: stuck?",
}
COLUMN = {**dict.fromkeys(["unknown", "null", "renamed"], "channel"), "cents": "amount"} | {
    "stuck": "v2"
}


@dataclass
class Bank:
    """A deployed model, and the days that were scored and monitored."""

    objects: FakeObjectStore
    endpoints: FakeEndpoints
    topic: FakeTopic

    def copy(self) -> "Bank":
        objects = FakeObjectStore()
        objects.objects = dict(self.objects.objects)
        return Bank(objects, self.endpoints, FakeTopic())

    def day(self, place: int, fault: str = "", batch: Any = None) -> MonitorOutput:
        """Deliver, score, store, alert and monitor a day."""
        self.scored(place, fault, batch)
        opened = {"execution_id": f"day-{place}", "day": day_number(place)}
        store(open_day(self.objects, **opened), StoreParams(), FakeScoresTable())
        alert(open_day(self.objects, **opened), AlertParams(), self.objects, FakeTopic())
        execution = open_day(self.objects, **opened)
        return monitor(execution, MonitorParams(), self.topic, FakeMetrics())

    def scored(self, place: int, fault: str = "", batch: Any = None) -> ScoreOutput:
        day = day_number(place)
        delivered = faulty_day(place, fault) if batch is None else batch
        key = locations.daily_batch_key(day)
        self.objects.write(SETTINGS.data_bucket, key, json.dumps(delivered).encode())
        execution = open_day(self.objects, execution_id=f"day-{place}", day=day)
        return score(execution, ScoreParams(), self.endpoints)


def by_v1(rows: Matrix) -> Scores:
    """A model that needs nothing but the first column."""
    return 1 / (1 + np.exp(3 - rows[:, 0]))


def deployed(*, with_reference: bool = True) -> Bank:
    columns = ModelColumns(COLUMNS, {"channel": CHANNELS}, roles=ROLES)
    endpoints = FakeEndpoints(lambda digest: by_v1, columns=columns)
    bank = Bank(FakeObjectStore(), endpoints, FakeTopic())
    bank.endpoints.deploy("prod", model_digest=MODEL)
    endpoint: dict[str, Any] = {
        "name": "prod", "model_digest": MODEL, "columns": COLUMNS, "threshold": 0.5,
        "categories": {"channel": CHANNELS},
    }  # fmt: skip
    if with_reference:
        rows = train_rows()
        kinds = column_kinds(COLUMNS, rows.categories, amount="amount", time="seconds")
        data = InputReference(columns=summaries(rows.rows, kinds, rows.categories)).to_json()
        bank.objects.write(SETTINGS.models_bucket, locations.model_key(MODEL, INPUTS), data)
        endpoint["input_reference"] = digest_of_bytes(data)
    content = json.dumps(endpoint).encode()
    bank.objects.write(SETTINGS.config_bucket, locations.ENDPOINT, content)
    return bank


@pytest.fixture(scope="module")
def after_quiet_days() -> Bank:
    bank = deployed()
    outputs = [bank.day(place) for place in range(QUIET_DAYS)]
    assert [output.verdict for output in outputs if output.verdict == "drift"] == []
    return bank


@pytest.fixture
def bank(after_quiet_days: Bank) -> Bank:
    return after_quiet_days.copy()


def drifted(output: MonitorOutput) -> dict[str, str]:
    return {each.column: each.sentence for each in output.inputs if each.verdict == "drift"}


def expected(fault: str, batch: list[dict[str, Any]]) -> dict[str, str]:
    seen = dict.fromkeys(str(one["features"].get("channel")) for one in batch)
    by_count = sorted(seen, key=lambda text: -sum(
        one["features"].get("channel") == text for one in batch
    ))  # fmt: skip
    return {COLUMN[fault]: NAMED[fault].format(", ".join(by_count))}


def test_a_ninth_quiet_day_stays_quiet(bank: Bank) -> None:
    output = bank.day(QUIET_DAYS)
    assert drifted(output) == {}
    assert output.verdict == "steady"
    assert bank.topic.delivered == []


@pytest.mark.parametrize("fault", NAMED)
def test_each_fault_is_named_on_its_day_with_its_column_and_its_probable_cause(
    bank: Bank, fault: str
) -> None:
    output = bank.day(QUIET_DAYS, fault)
    told = expected(fault, faulty_day(QUIET_DAYS, fault))
    assert drifted(output) == told
    assert output.verdict == "drift"
    (message,) = bank.topic.delivered
    assert f"input {COLUMN[fault]}" in message.subject
    assert json.loads(message.body)["inputs"] == [*told.values()]


@pytest.mark.parametrize("fault", NAMED)
def test_a_broken_first_day_is_found_by_the_reference_of_training_alone(fault: str) -> None:
    output = deployed().day(0, fault)
    assert drifted(output).keys() == {COLUMN[fault]}
    assert output.baseline_days == 0
    assert output.verdict == "drift"


@pytest.mark.parametrize("fault", NAMED)
def test_without_a_reference_the_last_days_find_it_and_the_lack_is_told(fault: str) -> None:
    bank = deployed(with_reference=False)
    for place in range(QUIET_DAYS):
        quiet = bank.day(place)
    assert any("trained before training left one" in note for note in quiet.notes)
    assert drifted(bank.day(QUIET_DAYS, fault)).keys() == {COLUMN[fault]}


@pytest.mark.parametrize("fault", NAMED)
def test_the_day_after_a_fault_is_quiet_and_a_repeated_fault_is_found_again(
    bank: Bank, fault: str
) -> None:
    bank.day(QUIET_DAYS, fault)
    assert drifted(bank.day(QUIET_DAYS + 1)) == {}
    assert drifted(bank.day(QUIET_DAYS + 2, fault)).keys() == {COLUMN[fault]}


def test_a_renamed_number_ends_the_day_with_its_old_and_its_new_name(bank: Bank) -> None:
    batch = faulty_day(QUIET_DAYS)
    for one in batch:
        one["features"]["v1_new"] = one["features"].pop("v1")
    with pytest.raises(InvalidData, match=r"lacks v1, and has 'v1_new', which .* renamed\?"):
        bank.scored(QUIET_DAYS, batch=batch)


def test_a_further_feature_costs_nothing_and_is_told(bank: Bank) -> None:
    batch = faulty_day(QUIET_DAYS)
    for one in batch[:40]:
        one["features"]["loyalty"] = 1
    output = bank.day(QUIET_DAYS, batch=batch)
    assert drifted(output) == {}
    assert "ignores: loyalty (40)" in output.notes[-1]


def test_one_wrong_file_makes_one_short_message(bank: Bank) -> None:
    batch = faulty_day(QUIET_DAYS)
    for one in batch:
        one["amount"] *= 1_000
        one["features"] = {"v1": 7.0, "v2": 8.0, "channel": "?"}
    output = bank.day(QUIET_DAYS, batch=batch)
    assert [each.column for each in output.inputs[:3]] == ["channel", "v2", "v1"] or len(
        drifted(output)
    ) == 4
    (message,) = bank.topic.delivered
    assert message.subject.startswith("Drift on 2026-10-09: inputs ")
    assert len(json.loads(message.body)["inputs"]) == len(drifted(output)) == 4
