"""A manifest names each column by its description, and its digest covers all that decides it."""

import json

import pytest

from catalog.preparation import data_digest
from catalog.prepared_data import data_spec, read_manifest
from catalog.raw_data import simulate_raw
from fakes.data.bare_csv import SPEC as BARE
from fakes.data.bare_csv import bare_text
from fakes.data.described_csv import (
    SPEC,
    described_rows,
    described_text,
    prepared_shop,
    table_of,
    with_cells,
)
from fakes.data.raw_csv import (
    BUCKET,
    DEMANDING,
    RAW,
    ROWS,
    SMALL,
    execution,
    prepared,
    raw_lines,
    refusal,
    splits_of,
    stored,
    with_cell,
)
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.transfer_progress import FakeProgress
from foundation.digests import digest_of_bytes
from foundation.errors import InvalidData, InvalidParams, NotFound
from fraud.data.roles import RoleMissing, Roles
from fraud.data.splits import SplitPlan
from pipeline.prepare import PrepareParams, prepare


def test_the_manifest_tells_what_each_column_is():
    _, manifest, _, _ = prepared_shop(described_text(described_rows()))
    assert manifest.columns == ["age", "visits", "channel", "country", "amount", "seconds"]
    assert (manifest.id, manifest.entities) == (SPEC.id, SPEC.entities)
    assert manifest.missing == ["age"]
    assert not manifest.simulated


def test_data_that_exists_only_as_a_simulation_says_so_without_an_origin():
    spec = SPEC.model_copy(update={"simulated": True})
    _, manifest, _, _ = prepared_shop(described_text(described_rows()), spec)
    assert manifest.simulated


def test_another_role_of_a_column_gives_another_place():
    text = described_text(described_rows())
    _, one, _, _ = prepared_shop(text)
    annotated = {"entities": {"customer": "customer_id"}, "annotations": ["scenario", "till"]}
    _, other, _, _ = prepared_shop(text, SPEC.model_copy(update=annotated))
    assert one.data_digest != other.data_digest


@pytest.mark.parametrize("method", ["stratified", "random"])
def test_a_table_without_time_and_amount_is_prepared(method):
    reader, manifest, findings, _ = prepared_shop(bare_text(), BARE, method=method)
    assert manifest.columns == ["age", "visits", "channel"]
    assert manifest.roles == Roles(amount=None, time=None)
    assert {split.first_time for split in manifest.splits.values()} == {None}
    assert "time" not in {finding.check for finding in findings}
    assert table_of(reader, manifest).columns == [*manifest.columns, "fraud"]


def test_a_split_by_time_of_data_without_a_time_is_refused():
    with pytest.raises(RoleMissing, match="otherwise choose method: stratified or random"):
        prepared_shop(bare_text(), BARE, method="time")


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("creditcard", "ddebca72aea55ce6f7a59773b16bcddcb3fdc02faae4c7085321f476d997a249"),
        ("payments", "79a6ff80af64bdbaff6b3bfa12375218bb7fecdca4a77f8059f9723630c9ccb6"),
    ],
)
def test_the_digest_of_described_data_changes_with_the_format_only(name, digest):
    assert data_digest("a" * 64, data_spec(name), SplitPlan(method="time")) == digest


def test_repeated_identifiers_are_found_in_data_without_a_time():
    spec = SPEC.model_copy(update={"time": None, "features": [*SPEC.features, "seconds"]})
    wanted = {"bad_rows": "quarantine", "maximum_bad_share": 0.1}
    _, manifest, _, _ = prepared_shop(with_cells("payment", {7: "p3"}), spec, **wanted)
    assert manifest.quarantined_reasons == {"a repeated identifier": 1}
    assert manifest.columns[-1] == manifest.amount == "amount"


def test_a_file_without_its_annotations_is_refused():
    text = described_text(described_rows()).replace(b"scenario", b"scenraio", 1)
    with pytest.raises(InvalidData, match="did you mean scenario"):
        prepared_shop(text)


def test_a_failed_upload_leaves_no_manifest():
    store = stored(raw_lines())
    failing = FakeObjectStore(fail_at=3)
    failing.objects = dict(store.objects)
    with pytest.raises(OSError, match="told to fail"):
        prepared(failing)
    assert not [key for _, key in failing.objects if key.endswith(("manifest.json", "output.json"))]


def test_the_same_file_gives_the_same_place_and_the_same_bytes():
    first, second = stored(raw_lines()), stored(raw_lines())
    outputs = [prepared(first), prepare(execution(second, "run-2"), SMALL)]
    assert outputs[0] == outputs[1]
    folder = f"prepared/{outputs[0].data_digest}/"
    assert {k: v for k, v in first.objects.items() if k[1].startswith(folder)} == {
        k: v for k, v in second.objects.items() if k[1].startswith(folder)
    }


def test_another_seed_or_another_file_gives_another_place():
    digests = {
        prepared(stored(raw_lines())).data_digest,
        prepared(stored(raw_lines()), SMALL.model_copy(update={"seed": 1})).data_digest,
        prepared(stored(with_cell(9, "V3", "0.125"))).data_digest,
    }
    assert len(digests) == 3


def test_a_file_that_its_origin_names_is_prepared_and_its_source_is_kept():
    store = stored(raw_lines())
    digest = digest_of_bytes(store.objects[BUCKET, RAW])
    origin = json.dumps({"source": "cards.csv (other data)", "sha256": digest})
    store.write(BUCKET, f"{RAW}.origin.json", origin.encode())
    output = prepared(store, DEMANDING)
    manifest = read_manifest(execution(store, "reader"), output.data_digest)
    assert (manifest.simulated, manifest.origin) == (False, "cards.csv (other data)")


def test_a_source_of_the_users_own_is_read_in_place_of_the_raw_file():
    store = FakeObjectStore()
    store.write("mine", "cards/2026.csv", "\n".join(raw_lines()).encode())
    output = prepared(store, SMALL.model_copy(update={"source": "s3://mine/cards/2026.csv"}))
    assert sum(output.rows.values()) == ROWS


@pytest.mark.parametrize("source", ["creditcard.csv", "s3://", "s3://bucket", "http://a/b"])
def test_a_source_that_is_no_object_is_refused(source):
    with pytest.raises(InvalidParams, match=r"s3://bucket/folder/file\.csv"):
        PrepareParams.checked({"source": source}, source="prepare.yaml")


def test_an_origin_that_cannot_be_read_is_refused():
    store = stored(raw_lines())
    store.write(BUCKET, f"{RAW}.origin.json", b'{"simulatd": true}')
    assert "creditcard.csv.origin.json should say where" in refusal(store)


def test_missing_payments_say_that_they_are_simulated():
    params = PrepareParams(data="payments")
    assert "`ceap data simulate --data payments`" in refusal(FakeObjectStore(), params, NotFound)


def test_simulated_payments_are_prepared_by_their_description(tmp_path):
    made = simulate_raw(
        tmp_path / "p.csv", rows=20_000, seed=1, progress=FakeProgress(), data="payments"
    )
    store = FakeObjectStore()
    store.write(BUCKET, "raw/payments.csv", made.path.read_bytes())
    store.write(BUCKET, "raw/payments.csv.origin.json", made.origin.to_json())
    output = prepared(store, PrepareParams(data="payments", method="time"))
    assert (sum(output.rows.values()), output.simulated) == (20_000, True)
    assert {finding.check: finding.verdict for finding in output.leakage}["single columns"] == "ok"
    train = splits_of(store, output)["train"]
    assert train.columns[:4] == ["customer_age_years", "card_age_days", "channel", "country"]
    assert 0 < train["customer_age_years"].null_count() < train.height / 2


@pytest.mark.parametrize("features", [["age", "visits", "till"], ["till", "rest"]])
def test_an_entity_that_is_a_feature_too_keeps_every_digit_of_the_file(features):
    tills = {0: "9007199254740993", 1: "9007199254740992", 2: "007", 3: " 7.0"}
    text = with_cells("till", {row: tills.get(row, str(row % 5)) for row in range(ROWS)})
    described = SPEC.model_copy(update={"features": features})
    reader, manifest, _, _ = prepared_shop(text, described)
    assert manifest.entities == {"customer": "customer_id", "terminal": "till (text)"}
    assert manifest.columns.count("till") == 1
    assert "till (text)" not in manifest.columns
    table = table_of(reader, manifest).sort("seconds").head(4)
    assert table["till (text)"].to_list() == [*list(tills.values())[:3], "7.0"]
    assert table["till"].to_list() == [9007199254740992.0, 9007199254740992.0, 7.0, 7.0]
    plain = prepared_shop(text)[1]
    assert plain.entities["terminal"] == "till"


def test_an_entity_without_a_text_is_a_bad_row_also_where_its_number_may_be_missing():
    described = SPEC.model_copy(
        update={"features": ["age", "visits", "till"], "missing": ["age", "till"]}
    )
    text = with_cells("till", {row: "" if row == 6 else str(row) for row in range(ROWS)})
    with pytest.raises(InvalidData, match="row 7: till is empty"):
        prepared_shop(text, described)
