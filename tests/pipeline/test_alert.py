"""Alert: no risky transaction is ever lost, and a repeat carries the id of the first."""

import json
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.data.scored_day import DAY, MODEL, open_day, scored_day, scored_table
from fakes.faults.kills import Clock, Killed, KilledStore, KilledTopic
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.topic import FakeTopic
from foundation.errors import NotFound
from foundation.executions import Execution
from foundation.production.config import ABOVE_ALL
from foundation.settings import project_root
from foundation.stores.topics import Message
from fraud.scoring.decision_threshold import DecisionThreshold
from pipeline.alert import (
    AlertOutput,
    AlertParams,
    Grouping,
    alert,
    flagged_transactions,
    grouping_of,
)
from pipeline.inference.outbox import Outbox

PARAMS = AlertParams()


def transactions(message: Message) -> list[str]:
    return [one["transactionId"] for one in json.loads(message.body)["transactions"]]


def delivered(topic: FakeTopic) -> list[str]:
    return [transaction for message in topic.delivered for transaction in transactions(message)]


def attempt(
    objects: FakeObjectStore,
    topic: FakeTopic,
    params: AlertParams,
    *,
    kill_at: int | None,
    after: bool = False,
    execution_id: str = "2026-11-21-a",
) -> tuple[AlertOutput | None, int]:
    """Run the stage once; None when it was killed. Also say how many calls it made."""
    clock = Clock(kill_at, after=after)
    store = KilledStore(objects, clock)
    try:
        execution = open_day(store, execution_id=execution_id)
        return alert(execution, params, store, KilledTopic(topic, clock)), clock.calls
    except Killed:
        return None, clock.calls


def require_nothing_lost(topic: FakeTopic, risky: set[str]) -> None:
    assert set(delivered(topic)) >= risky
    message_ids = defaultdict(set)
    for message in topic.delivered:
        for transaction in transactions(message):
            message_ids[transaction].add(message.attributes["messageId"])
    assert all(len(ids) == 1 for ids in message_ids.values())


SEVEN = [0.99, 0.95, 0.9, 0.9, 0.85, 0.81, 0.8]


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_call_the_next_attempt_ends_like_an_uninterrupted_one(after):
    params = AlertParams(transactions_per_message=3)
    scored = scored_table([*SEVEN, 0.1, 0.79])
    whole, undisturbed = FakeObjectStore(), FakeTopic()
    scored_day(whole, scored)
    expected, calls = attempt(whole, undisturbed, params, kill_at=None)
    assert calls > 10
    for kill_at in range(calls):
        objects, topic = FakeObjectStore(), FakeTopic()
        scored_day(objects, scored)
        output, _ = attempt(objects, topic, params, kill_at=kill_at, after=after)
        assert output is None
        output, _ = attempt(objects, topic, params, kill_at=None)
        assert output == expected
        require_nothing_lost(topic, {f"t-{number}" for number in range(7)})
        assert len(topic.delivered) <= len(undisturbed.delivered) + 1


kills = st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=8)
days = st.lists(st.one_of(st.floats(0.75, 1), st.sampled_from([0.8, 0.9, 0.1])), max_size=25)


@given(scores=days, kills=kills, per_message=st.integers(1, 7))
def test_however_often_killed_every_risky_transaction_is_alerted_under_one_message_id(
    scores, kills, per_message
):
    objects, topic = FakeObjectStore(), FakeTopic()
    scored_day(objects, scored_table(scores))
    params = AlertParams(transactions_per_message=per_message)
    finished = False
    for kill_at, after in kills:
        output, _ = attempt(objects, topic, params, kill_at=kill_at, after=after)
        if finished := output is not None:
            break
    if not finished:
        attempt(objects, topic, params, kill_at=None)
    require_nothing_lost(topic, {f"t-{at}" for at, score in enumerate(scores) if score >= 0.8})


rescored = st.tuples(st.integers(0, 40), st.booleans(), st.integers(0, 2**16), st.integers(1, 7))


@given(count=st.integers(1, 15), attempts=st.lists(rescored, max_size=6))
@settings(deadline=None)
def test_nor_does_scoring_the_day_again_with_another_model_lose_or_rename_anything(count, attempts):
    # Each attempt belongs to another execution, whose model and message size differ.
    objects, topic = FakeObjectStore(), FakeTopic()
    ever_finished_risky: set[str] = set()
    last = (None, False, 12345, 3)
    for number, (kill_at, after, seed, per_message) in enumerate([*attempts, last]):
        scores = [((seed + 1) * (at + 7) * 2654435761 % 1000) / 1000 for at in range(count)]
        name = f"2026-11-21-{number}"
        scored_day(objects, scored_table(scores), execution_id=name)
        output, _ = attempt(
            objects, topic, AlertParams(transactions_per_message=per_message),
            kill_at=kill_at, after=after, execution_id=name,
        )  # fmt: skip
        if output is not None:
            ever_finished_risky |= {f"t-{at}" for at, s in enumerate(scores) if s >= 0.8}
    require_nothing_lost(topic, ever_finished_risky)


def run(objects: FakeObjectStore, execution: Execution, topic: FakeTopic) -> AlertOutput:
    return alert(execution, PARAMS, objects, topic)


def test_transactions_at_the_threshold_are_alerted_riskiest_first_and_equals_by_id():
    risky = flagged_transactions(
        scored_table([0.8, 0.79999, 0.9, 0.99, 0.9]), DecisionThreshold(0.8)
    )
    assert [transaction.transaction_id for transaction in risky] == ["t-3", "t-2", "t-4", "t-0"]


def test_a_message_says_what_a_person_needs_to_act():
    objects, topic = FakeObjectStore(), FakeTopic()
    run(objects, scored_day(objects, scored_table([0.3, 0.998, 0.81])), topic)
    (message,) = topic.delivered
    assert message.subject == "2 transactions need review - 2026-11-21, highest score 0.998"
    body = json.loads(message.body)
    assert body["summary"] == "2 transactions need review — 2026-11-21, highest score 0.998"
    assert body["transactions"][0] == {
        "transactionId": "t-1",
        "timestamp": "2026-11-21T09:30:00Z",
        "amount": 11.0,
        "category": "electronics",
        "fraudScore": 0.998,
    }
    assert (body["totalAmount"], body["executionId"]) == (23.0, "2026-11-21-a")
    assert (body["modelDigest"], body["threshold"]) == (MODEL, 0.8)
    assert "dynamodb query --table-name FraudScores" in body["lookUp"]
    assert message.attributes == {
        "messageId": body["messageId"], "batchDate": "2026-11-21", "severity": "high",
    }  # fmt: skip


def alerted_at(
    own: float | None, override: float | None
) -> tuple[AlertOutput, dict[str, Any] | None]:
    """Alert a day; return the output, and the body of its message."""
    objects, topic = FakeObjectStore(), FakeTopic()
    execution = scored_day(objects, scored_table([0.9, 0.5, 0.412, 0.411]), threshold=own)
    output = alert(execution, AlertParams(threshold=override), objects, topic)
    return output, json.loads(topic.delivered[0].body) if topic.delivered else None


def test_without_a_number_in_alert_yaml_the_threshold_is_that_of_the_model():
    assert AlertParams.from_yaml(project_root() / "params/inference/alert.yaml").threshold is None
    output, body = alerted_at(0.412, None)
    assert (output.flagged, output.threshold, output.model_threshold) == (3, 0.412, 0.412)
    assert output.threshold_note == "threshold 0.412, the model's own"
    assert body is not None
    assert (body["threshold"], body["modelThreshold"]) == (0.412, 0.412)
    assert body["thresholdNote"] == output.threshold_note


def test_a_person_may_set_another_and_output_and_message_say_so():
    output, body = alerted_at(0.412, 0.8)
    assert (output.flagged, output.threshold, output.model_threshold) == (1, 0.8, 0.412)
    expected = "threshold 0.800, set by alert.threshold; the model's own is 0.412"
    assert output.threshold_note == expected
    assert body is not None
    assert (body["threshold"], body["thresholdNote"]) == (0.8, expected)


def test_a_day_scored_before_endpoints_named_a_threshold_is_alerted_where_high_risk_begins():
    output, body = alerted_at(None, None)
    assert (output.flagged, output.threshold, output.model_threshold) == (1, 0.8, None)
    assert body is not None
    assert "endpoint.json did not name the model's own" in body["thresholdNote"]


def test_a_threshold_above_every_score_alerts_nothing():
    output, body = alerted_at(ABOVE_ALL, None)
    assert (output.flagged, body) == (0, None)


CUSTOMERS = [{"customer": f"C-{number % 3}", "card": str(number)} for number in range(7)]


def test_a_grouped_day_that_is_killed_anywhere_ends_like_an_uninterrupted_one():
    params = AlertParams(transactions_per_message=2)
    scored = scored_table([*SEVEN], entities=CUSTOMERS)
    whole, undisturbed = FakeObjectStore(), FakeTopic()
    scored_day(whole, scored)
    expected, calls = attempt(whole, undisturbed, params, kill_at=None)
    assert expected is not None
    assert (expected.grouped_by, expected.entities) == ("customer", 3)
    for kill_at in range(calls):
        objects, topic = FakeObjectStore(), FakeTopic()
        scored_day(objects, scored)
        attempt(objects, topic, params, kill_at=kill_at)
        output, _ = attempt(objects, topic, params, kill_at=None)
        assert output == expected
        require_nothing_lost(topic, {f"t-{number}" for number in range(7)})


def test_alerts_are_grouped_by_the_first_role_of_the_batch_or_by_the_one_that_is_asked_for():
    table = scored_table(SEVEN, entities=[{}, *CUSTOMERS[1:]])
    assert grouping_of(table, None) == Grouping("customer")
    assert grouping_of(table, "card") == Grouping("card")
    assert grouping_of(scored_table(SEVEN), None) == Grouping(None)


def test_a_role_that_no_transaction_names_is_said_in_output_and_message():
    objects, topic = FakeObjectStore(), FakeTopic()
    execution = scored_day(objects, scored_table(SEVEN, entities=CUSTOMERS))
    output = alert(execution, AlertParams(group_by="terminal"), objects, topic)
    assert (output.grouped_by, output.entities) == (None, None)
    (note,) = output.notes
    assert note.startswith("No transaction of the day names a terminal among its entities")
    assert note in json.loads(topic.delivered[0].body)["notes"]


def test_where_reasons_cannot_be_had_the_alert_goes_out_and_says_so():
    objects, topic = FakeObjectStore(), FakeTopic()
    run(objects, scored_day(objects, scored_table([0.9])), topic)
    body = json.loads(topic.delivered[0].body)
    assert delivered(topic) == ["t-0"]
    assert body["notes"] == [note for note in body["notes"] if note.startswith("No reasons are")]
    assert body["notes"]


def test_the_output_sums_up_the_day():
    objects, topic = FakeObjectStore(), FakeTopic()
    output = run(objects, scored_day(objects, scored_table([0.3, 0.998, 0.81])), topic)
    assert (output.flagged, output.alerted, output.alerted_before) == (2, 2, 0)
    assert (output.highest_score, output.amount) == (0.998, 23.0)
    assert output.message_ids == [topic.delivered[0].attributes["messageId"]]


def test_a_day_without_risk_sends_nothing():
    objects, topic = FakeObjectStore(), FakeTopic()
    output = run(objects, scored_day(objects, scored_table([0.1, 0.2])), topic)
    assert (output.flagged, output.message_ids, output.highest_score) == (0, [], None)
    assert topic.delivered == []


def test_scoring_a_day_again_alerts_only_what_is_new():
    objects, topic = FakeObjectStore(), FakeTopic()
    run(objects, scored_day(objects, scored_table([0.9, 0.1, 0.9])), topic)
    again = scored_day(objects, scored_table([0.95, 0.9, 0.1]), execution_id="2026-11-21-b")
    output = run(objects, again, topic)
    assert delivered(topic) == ["t-0", "t-2", "t-1"]
    assert (output.flagged, output.alerted, output.alerted_before) == (2, 1, 1)


def test_a_missing_topic_says_that_no_alert_is_lost_and_the_next_attempt_sends_it():
    objects, topic = FakeObjectStore(), FakeTopic()
    execution = scored_day(objects, scored_table([0.9]))
    with pytest.raises(NotFound, match="No alert is lost") as refusal:
        run(objects, execution, FakeTopic(exists=False))
    assert "ceap aws up" in str(refusal.value)
    run(objects, open_day(objects), topic)
    assert delivered(topic) == ["t-0"]


def test_what_was_said_is_kept_beside_the_record_that_it_was_sent():
    objects, topic = FakeObjectStore(), FakeTopic()
    execution = scored_day(objects, scored_table([0.9]))
    output = run(objects, execution, topic)
    outbox = Outbox(DAY, objects, execution.settings)
    assert outbox.unsent() == []
    (sent,) = outbox.sent()
    assert (sent.message_id, sent.transactions) == (output.message_ids[0], ["t-0"])
