"""Raw data: fetched, ingested or simulated files are published whole, with their origin."""

import json

import pytest

from catalog.prepared_data import data_spec
from catalog.raw_checks import Origin
from catalog.raw_data import (
    RawFile,
    fetch_raw,
    open_ingested,
    open_simulated,
    publish_raw,
    read_published_origin,
    require_no_real_data,
    simulate_raw,
)
from catalog.raw_sources import NamedSource
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from fakes.ports.transfer_progress import FakeProgress
from foundation.digests import digest_of_bytes
from foundation.errors import (
    AlreadyExists,
    DigestMismatch,
    InvalidData,
    InvalidParams,
    NotFound,
    Unavailable,
)
from fraud.simulation.creditcard import HEADER, creditcard_like, csv_text

CONTENT = (HEADER + csv_text(creditcard_like(50, frauds=5, seed=0))).encode()
SPEC = data_spec("creditcard").model_copy(update={"sha256": digest_of_bytes(CONTENT)})
SETTINGS = fake_settings()
BUCKET, KEY = SETTINGS.data_bucket, "raw/creditcard.csv"
ORIGIN = "raw/creditcard.csv.origin.json"


class Offering:
    """A source that has these bytes, or breaks off in the middle of them."""

    def __init__(self, name: str, content: bytes, failure: BaseException | None = None) -> None:
        self.name, self._content, self._failure = name, content, failure
        self.asked = 0

    def fetch(self, path, progress):
        self.asked += 1
        path.write_bytes(self._content[: len(self._content) // 2])
        if self._failure is not None:
            raise self._failure
        path.write_bytes(self._content)


def named(path) -> NamedSource:
    return NamedSource(str(path), FakeObjectStore)


def real(path) -> RawFile:
    path.write_bytes(CONTENT)
    return RawFile(path, Origin(source="somewhere", sha256=digest_of_bytes(CONTENT)))


def test_fetch_takes_the_first_source_that_has_the_published_file(tmp_path):
    sources = [
        Offering("down", CONTENT, Unavailable("it did not answer.")),
        Offering("other", CONTENT + b"\n"),
        Offering("good", CONTENT),
        Offering("never asked", CONTENT),
    ]
    progress = FakeProgress()
    raw = fetch_raw(SPEC, sources, tmp_path / "data" / "creditcard.csv", progress)
    assert raw.path.read_bytes() == CONTENT
    assert (raw.origin.source, raw.origin.simulated, raw.reused) == ("good", False, False)
    assert [source.asked for source in sources] == [1, 1, 1, 0]
    assert progress.notes[0] == "down: it did not answer."
    assert progress.notes[1].startswith("other: the file there is another one")


def test_a_second_fetch_asks_nobody_and_knows_where_the_first_was_from(tmp_path):
    first, second = Offering("good", CONTENT), Offering("other", CONTENT)
    fetch_raw(SPEC, [first], tmp_path / "creditcard.csv", FakeProgress())
    raw = fetch_raw(SPEC, [second], tmp_path / "creditcard.csv", FakeProgress())
    assert raw.reused
    assert raw.origin.source == "good"
    assert second.asked == 0


def test_a_kept_file_that_was_changed_is_fetched_again(tmp_path):
    (tmp_path / "creditcard.csv").write_bytes(CONTENT[:-10])
    raw = fetch_raw(SPEC, [Offering("good", CONTENT)], tmp_path / "creditcard.csv", FakeProgress())
    assert raw.path.read_bytes() == CONTENT
    assert not raw.reused


def test_when_no_source_has_it_every_reason_is_listed_with_the_way_out(tmp_path):
    sources = [
        Offering("first", CONTENT, NotFound("there is no such file.")),
        Offering("second", b"something else"),
        Offering("third", CONTENT, OSError(28, "No space left on device")),
    ]
    with pytest.raises(Unavailable) as refusal:
        fetch_raw(SPEC, sources, tmp_path / "creditcard.csv", FakeProgress())
    message = str(refusal.value)
    assert "first: there is no such file." in message
    assert f"sha256 is {digest_of_bytes(b'something else')}" in message
    assert "No space left on device" in message
    assert "ceap data simulate" in message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), SystemExit()])
def test_an_interrupted_fetch_leaves_no_half_file_and_what_was_there_stays(tmp_path, failure):
    (tmp_path / "creditcard.csv").write_bytes(b"as it was")
    with pytest.raises(type(failure)):
        fetch_raw(
            SPEC,
            [Offering("slow", CONTENT, failure)],
            tmp_path / "creditcard.csv",
            FakeProgress(),
        )
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "creditcard.csv": b"as it was"
    }


def test_data_that_nobody_published_is_not_fetched(tmp_path):
    spec = SPEC.model_copy(update={"sha256": None})
    with pytest.raises(InvalidParams, match="use ingest"):
        fetch_raw(spec, [], tmp_path / "creditcard.csv", FakeProgress())


def test_publishing_lays_down_the_file_and_where_it_is_from(tmp_path):
    store = FakeObjectStore()
    done = publish_raw(real(tmp_path / "file.csv"), SPEC, store, SETTINGS)
    assert (done.was_there, done.replaced) == (False, None)
    assert store.read(BUCKET, KEY) == CONTENT
    assert json.loads(store.read(BUCKET, ORIGIN)) == {
        "simulated": False,
        "source": "somewhere",
        "sha256": digest_of_bytes(CONTENT),
    }


def test_publishing_the_same_file_again_writes_nothing(tmp_path):
    store = FakeObjectStore()
    publish_raw(real(tmp_path / "file.csv"), SPEC, store, SETTINGS)
    writes = store.writes
    assert publish_raw(real(tmp_path / "file.csv"), SPEC, store, SETTINGS).was_there
    assert store.writes == writes


@pytest.mark.parametrize("fail_at", range(3))
def test_a_publication_cut_short_never_passes_simulated_data_off_as_real(tmp_path, fail_at):
    stand_in = simulate_raw(tmp_path / "s.csv", rows=20, seed=0, progress=FakeProgress())
    store = FakeObjectStore(fail_at=fail_at, failure=KeyboardInterrupt)
    store.objects = {
        (BUCKET, KEY): CONTENT,
        (BUCKET, ORIGIN): Origin(source="x", sha256=digest_of_bytes(CONTENT)).to_json(),
    }
    with pytest.raises(KeyboardInterrupt):
        publish_raw(stand_in, SPEC, store, SETTINGS)
    origin = read_published_origin(SPEC, store, SETTINGS)
    claims_a_digest = origin.sha256 == digest_of_bytes(CONTENT)
    assert not claims_a_digest or store.read(BUCKET, KEY) == CONTENT
    assert not publish_raw(stand_in, SPEC, store, SETTINGS).was_there


def test_simulated_data_does_not_replace_real_data_unasked(tmp_path):
    store = FakeObjectStore()
    require_no_real_data(SPEC, store, SETTINGS)
    publish_raw(real(tmp_path / "file.csv"), SPEC, store, SETTINGS)
    with pytest.raises(AlreadyExists, match=r"holds real data \(from somewhere\).*--force"):
        require_no_real_data(SPEC, store, SETTINGS)


def test_simulated_data_may_be_replaced_by_other_simulated_data_and_by_real_data(tmp_path):
    store = FakeObjectStore()
    for seed in (0, 1):
        require_no_real_data(SPEC, store, SETTINGS)
        with open_simulated(SPEC, tmp_path, rows=20, seed=seed, progress=FakeProgress()) as raw:
            assert not publish_raw(raw, SPEC, store, SETTINGS).was_there
    done = publish_raw(real(tmp_path / "file.csv"), SPEC, store, SETTINGS)
    assert done.replaced.simulated
    assert store.read(BUCKET, KEY) == CONTENT


def test_simulated_data_says_so_and_how_to_make_it_again(tmp_path):
    progress = FakeProgress()
    raw = simulate_raw(tmp_path / "s.csv", rows=300, seed=7, progress=progress)
    again = simulate_raw(tmp_path / "t.csv", rows=300, seed=7, progress=progress)
    assert raw.origin.simulated
    assert raw.origin.source == "ceap data simulate --rows 300 --seed 7"
    assert raw.origin.sha256 == again.origin.sha256 == digest_of_bytes(raw.path.read_bytes())
    assert raw.path.read_text().startswith('"Time","V1"')
    assert raw.path.read_text().count("\n") == 301
    assert progress.steps[-1] == ("Simulating", 300, 300)


def test_simulated_payments_say_so_and_how_to_make_them_again(tmp_path):
    raw = simulate_raw(
        tmp_path / "p.csv", rows=50, seed=7, progress=FakeProgress(), data="payments"
    )
    assert raw.origin.simulated
    assert raw.origin.source == "ceap data simulate --data payments --rows 50 --seed 7"
    header, *rows = raw.path.read_text().splitlines()
    assert header.startswith("transaction_id,seconds,customer_id")
    assert len(rows) == 50
    with open_simulated(
        data_spec("payments"), tmp_path, rows=50, seed=7, progress=FakeProgress()
    ) as again:
        assert again.origin == raw.origin


def test_data_that_no_simulation_makes_is_named_with_those_that_one_makes(tmp_path):
    with pytest.raises(InvalidParams, match="did you mean payments"):
        simulate_raw(tmp_path / "p.csv", rows=5, seed=7, progress=FakeProgress(), data="paymnts")
    assert not any(tmp_path.iterdir())


def test_a_simulated_file_is_there_for_as_long_as_it_is_needed(tmp_path):
    with open_simulated(SPEC, tmp_path, rows=20, seed=0, progress=FakeProgress()) as raw:
        assert raw.path.is_file()
    assert list(tmp_path.iterdir()) == []


def test_ingesting_the_published_file_needs_no_flag(tmp_path):
    (tmp_path / "mine.csv").write_bytes(CONTENT)
    with open_ingested(
        SPEC,
        named(tmp_path / "mine.csv"),
        other_data=False,
        folder=tmp_path / "state",
        progress=FakeProgress(),
    ) as raw:
        assert raw.path.read_bytes() == CONTENT
        assert raw.origin.source == str(tmp_path / "mine.csv")
    assert list((tmp_path / "state").iterdir()) == []


def test_another_file_is_refused_unless_it_is_meant_and_then_its_origin_says_so(tmp_path):
    other = CONTENT.replace(b'"1"', b'"0"')
    (tmp_path / "mine.csv").write_bytes(other)

    def ingest(*, other_data: bool) -> Origin:
        with open_ingested(
            SPEC,
            named(tmp_path / "mine.csv"),
            other_data=other_data,
            folder=tmp_path / "state",
            progress=FakeProgress(),
        ) as raw:
            return raw.origin

    with pytest.raises(DigestMismatch, match=r"Nothing was ingested.*--other-data"):
        ingest(other_data=False)
    origin = ingest(other_data=True)
    assert origin.sha256 == digest_of_bytes(other)
    assert "other data than the published creditcard" in origin.source
    assert not origin.simulated


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "mine.csv is empty"),
        (b"\n", "is empty"),
        (b"Time,V1,Amount\n1,2,3\n", "missing: V2, V3"),
        (CONTENT.replace(b'"V7"', b'"V77"', 1), "did you mean V7"),
        (CONTENT[: CONTENT.index(b"\n")], "mine.csv has a header and no rows"),
        (CONTENT[:-40], r"cut off: it ends in row 50 \(it has [12][0-9] fields, the header 31"),
    ],
)
def test_a_file_with_other_columns_or_cut_off_is_refused(tmp_path, content, message):
    (tmp_path / "mine.csv").write_bytes(content)
    with (
        pytest.raises(InvalidData, match=message),
        open_ingested(
            SPEC,
            named(tmp_path / "mine.csv"),
            other_data=True,
            folder=tmp_path / "state",
            progress=FakeProgress(),
        ),
    ):
        pytest.fail("it was ingested")
