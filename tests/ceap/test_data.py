"""`ceap data`: what is fetched, ingested or simulated, and what is refused."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from ceap.data import app
from fakes.processes.terminal import run_in_terminal
from foundation.digests import digest_of_bytes
from foundation.errors import AlreadyExists, DigestMismatch, InvalidParams, NotFound
from foundation.settings import project_root
from fraud.simulation.creditcard import HEADER, creditcard_like, csv_text


def ceap_data(*words: str) -> str:
    return run_in_terminal(app, *words, width=300)


def test_every_command_says_what_it_does_and_where_things_go():
    assert "Kaggle" in ceap_data("fetch", "--help")
    assert "params/data/NAME.yaml" in ceap_data("ingest", "--help")
    assert "Real data is not replaced" in ceap_data("simulate", "--help")
    assert "half a year of card payments" in ceap_data("simulate", "--help")
    assert "those of the data, if they have some" in ceap_data("daily-batch", "--help")
    assert "what set aside and why" in ceap_data("deliver", "--help")


def test_what_was_fetched_is_used_again_without_any_network_or_aws(state, monkeypatch, tmp_path):
    project = tmp_path / "project"
    content = (HEADER + csv_text(creditcard_like(20, frauds=2, seed=0))).encode()
    describe(project, sha256=digest_of_bytes(content))
    monkeypatch.setenv("CEAP_PROJECT", str(project))
    (tmp_path / "mine.csv").write_bytes(content)
    first = ceap_data("fetch", "--download-only", "--from", str(tmp_path / "mine.csv"))
    assert f"Fetched from {tmp_path / 'mine.csv'}" in first
    again = ceap_data("fetch", "--download-only")
    assert f"Already here: {state / 'data' / 'creditcard.csv'}" in again
    assert not (state / "aws").exists()


def describe(project, *, sha256: str) -> None:
    """Make a project whose credit card data is a file of this test."""
    shutil.copytree(project_root() / "params", project / "params")
    described = project / "params" / "data" / "creditcard.yaml"
    lines = described.read_text().splitlines()
    kept = [line for line in lines if not line.startswith("sha256")]
    described.write_text("\n".join([*kept, f"sha256: {sha256}"]))


def test_simulating_to_a_file_needs_no_aws(state, tmp_path):
    file = tmp_path / "stand-in.csv"
    assert "200 transactions" in ceap_data("simulate", "--rows", "200", "--file", str(file))
    assert len(file.read_text().splitlines()) == 201
    assert not state.exists()


def test_payments_are_simulated_by_their_name_as_many_as_usual_or_as_asked_for(state, tmp_path):
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    for file in (one, other):
        asked = ("--data", "payments", "--rows", "200", "--seed", "3", "--file", str(file))
        assert "Simulated 200 transactions" in ceap_data("simulate", *asked)
    assert one.read_bytes() == other.read_bytes()
    assert one.read_text().startswith("transaction_id,")
    said = ceap_data("simulate", "--data", "payments", "--file", str(one))
    assert "Simulated 300,000 transactions" in said
    assert not state.exists()


def test_data_that_cannot_be_simulated_is_refused_before_any_aws_is_started(state):
    with pytest.raises(InvalidParams, match="did you mean payments"):
        ceap_data("simulate", "--data", "payment")
    assert not state.exists()


def test_a_wrong_file_is_refused_before_any_aws_is_started(state, tmp_path):
    (tmp_path / "mine.csv").write_text(HEADER + csv_text(creditcard_like(20, seed=0)))
    with pytest.raises(DigestMismatch, match="--other-data"):
        ceap_data("ingest", str(tmp_path / "mine.csv"))
    with pytest.raises(NotFound, match="There is no file"):
        ceap_data("ingest", str(tmp_path / "other.csv"))
    with pytest.raises(InvalidParams, match="did you mean creditcard"):
        ceap_data("ingest", str(tmp_path / "mine.csv"), "--data", "creditcart")
    assert not (state / "aws").exists()


def test_a_mistyped_option_is_refused_with_what_would_be_right(state):
    result = CliRunner().invoke(app, ["simulate", "--rows", "0"], env={"COLUMNS": "300"})
    assert result.exit_code == 2
    assert "greater than or equal to 1" in result.output
    assert not state.exists()


def test_simulated_data_is_published_and_does_not_replace_real_data(aws, tmp_path):
    settings, store = aws
    said = ceap_data("simulate", "--rows", "300", "--seed", "4")
    assert "Written to s3://fraud-detection-data/raw/creditcard.csv" in said
    assert "minimum_rows: 300" in said
    assert "holds it already" in ceap_data("simulate", "--rows", "300", "--seed", "4")
    (tmp_path / "mine.csv").write_text(HEADER + csv_text(creditcard_like(50, seed=0)))
    said = ceap_data("ingest", str(tmp_path / "mine.csv"), "--other-data")
    assert "in place of ceap data simulate --rows 300 --seed 4" in said
    with pytest.raises(AlreadyExists, match="--force"):
        ceap_data("simulate", "--rows", "300")
    assert store.read(settings.data_bucket, "raw/creditcard.csv") == (
        (tmp_path / "mine.csv").read_bytes()
    )


def test_simulated_payments_are_published_with_the_way_to_compare_models_on_them(aws):
    settings, store = aws
    said = ceap_data("simulate", "--data", "payments", "--rows", "300")
    assert "Written to s3://fraud-detection-data/raw/payments.csv" in said
    assert "ceap compare --data payments --method time" in said
    assert "at least 20,000 rows" in said
    origin = json.loads(store.read(settings.data_bucket, "raw/payments.csv.origin.json"))
    assert origin["simulated"]
