"""Faults between us and AWS, by microburst: a request takes effect once, or fails loudly."""

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import numpy as np
import orjson
import pytest

from fakes.data.labelled_rows import ROLES
from fakes.data.scored_day import DAY, open_day, scored_day, scored_table
from fakes.faults.faulty_proxy import HUNG_UP, LOST, Burst
from fakes.ports.object_store import FakeObjectStore
from foundation import locations
from foundation.digests import digest_of_files
from foundation.errors import AlreadyExists, Unavailable
from foundation.settings import Settings
from foundation.stores.archives import pack
from foundation.stores.object_store import S3ObjectStore
from foundation.stores.topics import SnsTopic
from local_aws.inbox import messages
from pipeline.alert import AlertParams, alert
from pipeline.scoring import score_rows
from pipeline.services.endpoints import SageMakerEndpoints
from pipeline.services.scores import DynamoScoresTable
from pipeline.store import StoreParams, store

ALL_TRIES = 5  # of one call, by boto3


@pytest.fixture(autouse=True)
def _short_waits() -> None:
    # Before it tries again boto3 waits a random share of a growing time. The first shares that
    # this seed gives are all near or below a fifth.
    random.seed(1233915)


@pytest.fixture(scope="module")
def direct(local_aws: Settings) -> Settings:
    """The way past the proxy."""
    return local_aws


@pytest.fixture(scope="module")
def bursting(direct: Settings) -> Iterator[tuple[Burst, Settings]]:
    """A proxy before everything but SageMaker, and the settings that lead through it."""
    burst = Burst(str(direct.aws_endpoint_url))
    yield burst, direct.model_copy(update={"aws_endpoint_url": burst.url})
    burst.stop()


@pytest.fixture
def bursting_moto(moto_settings: Settings) -> Iterator[tuple[Burst, Settings]]:
    burst = Burst(str(moto_settings.aws_endpoint_url))
    yield burst, moto_settings.model_copy(update={"aws_endpoint_url": burst.url})
    burst.stop()


@pytest.fixture
def key() -> str:
    return f"raw/{uuid4()}"


# S3


@pytest.mark.parametrize("place", ["bursting", "bursting_moto"])
def test_an_object_written_once_whose_reply_was_lost_is_written(
    place: str, key: str, request: pytest.FixtureRequest
) -> None:
    burst, settings = request.getfixturevalue(place)
    burst.does("s3", "PutObject", times=1, response=LOST)

    S3ObjectStore(settings).write_once(settings.data_bucket, key, b"mine")

    assert burst.faults == 1
    assert S3ObjectStore(settings).read(settings.data_bucket, key) == b"mine"


def test_a_lost_reply_does_not_hide_that_another_was_first(
    bursting: tuple[Burst, Settings], direct: Settings, key: str
) -> None:
    burst, settings = bursting
    S3ObjectStore(direct).write_once(settings.data_bucket, key, b"theirs")
    burst.does("s3", "PutObject", times=1, response=LOST)

    with pytest.raises(AlreadyExists):
        S3ObjectStore(settings).write_once(settings.data_bucket, key, b"mine")

    assert burst.faults == 1
    assert S3ObjectStore(direct).read(settings.data_bucket, key) == b"theirs"


@pytest.mark.parametrize(
    "error", [{"code": "InternalError", "status": 500}, {"code": "SlowDown", "status": 503}]
)
def test_a_store_that_is_busy_for_a_moment_is_waited_for(
    bursting: tuple[Burst, Settings], direct: Settings, key: str, error: Any
) -> None:
    burst, settings = bursting
    burst.does("s3", "PutObject", times=2, error=error)

    S3ObjectStore(settings).write_once(settings.data_bucket, key, b"mine")

    assert burst.faults == 2
    assert S3ObjectStore(direct).read(settings.data_bucket, key) == b"mine"


def test_an_answer_that_ends_in_the_middle_is_unavailable(
    bursting: tuple[Burst, Settings], direct: Settings, key: str
) -> None:
    burst, settings = bursting
    S3ObjectStore(direct).write(settings.data_bucket, key, b"mine")
    burst.does("s3", "GetObject", response=HUNG_UP)

    for what in (key, "nothing is here"):  # the text of an object, or of an error
        with pytest.raises(Unavailable):
            S3ObjectStore(settings).read(settings.data_bucket, what)


# DynamoDB


def scores_of(count: int) -> FakeObjectStore:
    """A day that was scored, whose transactions no other test has."""
    objects, scores = FakeObjectStore(), np.linspace(0, 1, count).tolist()
    mark = uuid4().hex[:8]
    table = scored_table(scores)
    scored_day(objects, table.with_columns(id=mark + table["id"]))
    return objects


def in_table(settings: Settings, objects: FakeObjectStore) -> int:
    """How many of the day's transactions the table holds."""
    from pipeline.inference.scored import read_scored

    table = DynamoScoresTable(settings)
    ids = read_scored(open_day(objects))["id"]
    return sum(bool(table.of_transaction(transaction)) for transaction in ids)


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "InternalServerError"])
def test_a_table_that_refuses_every_second_request_gets_every_score(
    bursting: tuple[Burst, Settings], direct: Settings, code: str
) -> None:
    burst, settings = bursting
    objects = scores_of(60)
    burst.does("dynamodb", "BatchWriteItem", sequence={"fail": 1, "pass": 1}, error={"code": code})

    output = store(open_day(objects), StoreParams(), DynamoScoresTable(settings))

    assert burst.faults >= 2
    assert output.stored == in_table(direct, objects) == 60


def test_a_table_that_stays_away_fails_the_stage_and_the_next_attempt_loses_nothing(
    bursting: tuple[Burst, Settings], direct: Settings
) -> None:
    burst, settings = bursting
    objects = scores_of(60)
    burst.does("dynamodb", "BatchWriteItem", error={"code": "InternalServerError"})
    with pytest.raises(Unavailable, match="of 60 scores are not stored"):
        store(open_day(objects), StoreParams(connections=1), DynamoScoresTable(settings))
    assert burst.faults == ALL_TRIES
    burst.does("dynamodb")

    output = store(open_day(objects), StoreParams(), DynamoScoresTable(settings))

    assert output.stored == in_table(direct, objects) == 60


# SNS


@pytest.mark.parametrize(
    ("fault", "arrivals"),  # of the message that met it
    [
        ({"error": {"code": "InternalError", "status": 500}}, 1),
        ({"response": HUNG_UP}, ALL_TRIES + 1),
    ],
    ids=["refused", "reply lost"],
)
def test_alerts_that_met_a_fault_all_arrive_and_repeat_only_under_their_ids(
    local_aws: Settings, fault: Any, arrivals: int
) -> None:
    burst = Burst(str(local_aws.aws_endpoint_url))
    settings = local_aws.model_copy(update={"aws_endpoint_url": burst.url})
    objects, params = scores_of(10), AlertParams(threshold=0.5, transactions_per_message=2)
    topic = SnsTopic(settings, settings.alerts_topic)
    burst.does("sns", "Publish", times=ALL_TRIES, **fault)

    with pytest.raises(Unavailable):
        alert(open_day(objects), params, objects, topic)
    assert burst.faults == ALL_TRIES
    output = alert(open_day(objects), params, objects, topic)
    burst.stop()

    told = [one for one in messages(local_aws, local_aws.alerts_topic)
            if one.attributes["messageId"] in output.message_ids]  # fmt: skip
    by_id = Counter(one.attributes["messageId"] for one in told)
    assert sorted(by_id) == sorted(output.message_ids)
    assert sorted(by_id.values()) == [1, 1, arrivals]
    assert len({one.message for one in told}) == len(by_id)
    assert output.alerted == output.flagged == 5
    assert str(DAY) in told[0].subject  # type: ignore[operator]


# InvokeEndpoint

COLUMNS = ("V1", "Amount", "Time")
ROWS = np.random.default_rng(3).normal(size=(40, 3))
ROWS[:, -2] = np.abs(ROWS[:, -2])  # an amount


@pytest.fixture(scope="module")
def endpoint(local_aws: Settings) -> Iterator[tuple[str, Any]]:
    """The name of an endpoint, and the scores that its model gives ROWS."""
    from fraud.data.labelled_rows import LabelledRows
    from fraud.model.fraud_model import fit

    data = LabelledRows(COLUMNS, ROWS, (ROWS[:, 0] > 0).astype(np.int8), roles=ROLES)
    model = fit("xgboost", {"n_estimators": 5}, data, data, seed=0)
    golden = {"rows": ROWS[:3].tolist(), "scores": model.scores(ROWS[:3]).tolist()}
    metadata = {"format": 1, "columns": COLUMNS, "golden": golden}
    files = {**model.to_files(), "metadata.json": orjson.dumps(metadata)}
    digest, name = digest_of_files(files), "faults"
    key = locations.model_archive_key(digest)
    S3ObjectStore(local_aws).write(local_aws.models_bucket, key, pack(files))
    SageMakerEndpoints(local_aws).deploy(name, model_digest=digest)
    yield name, model.scores(ROWS)
    SageMakerEndpoints(local_aws).remove(name)


@pytest.mark.parametrize(
    "fault",
    [
        {"reset": True},
        {"response": HUNG_UP},
        {"response": {"abort_frac": 0.5}},
        {"error": {"code": "ServiceUnavailable", "status": 503}},
        {"error": {"code": "ModelError", "status": 424}},
    ],
    ids=["reset", "no reply", "half a reply", "503", "model error"],
)
def test_scores_are_the_same_however_often_the_connection_broke(
    local_aws: Settings, endpoint: tuple[str, Any], fault: Any
) -> None:
    name, expected = endpoint
    burst = Burst(str(local_aws.sagemaker_endpoint_url))
    settings = local_aws.model_copy(update={"sagemaker_endpoint_url": burst.url})
    burst.does("*", times=3, **fault)

    scored = score_rows(SageMakerEndpoints(settings), name, ROWS, COLUMNS, batch_rows=10)
    burst.stop()

    assert burst.faults == 3
    np.testing.assert_array_equal(scored.scores, expected)
