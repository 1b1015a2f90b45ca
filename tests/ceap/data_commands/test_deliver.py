"""`ceap data deliver`: a file is checked, told about, and put as the batch of its day."""

import json
from typing import Any

import pytest

from ceap.data import app
from ceap.data_commands.deliver import delivery_table
from fakes.processes.terminal import run_in_terminal
from foundation import locations
from foundation.errors import AlreadyExists, InvalidData
from pipeline.data.delivery_check import CheckedDelivery, Reason

COLUMNS = ["V1", "V2", "Amount", "Time"]


@pytest.fixture
def deployed(aws):
    settings, store = aws
    content = {"name": "prod", "model_digest": "a" * 64, "columns": COLUMNS}
    store.write(settings.config_bucket, locations.ENDPOINT, json.dumps(content).encode())
    yield settings, store
    store.delete(settings.config_bucket, locations.ENDPOINT)


def transaction(number: int, **changes: Any) -> dict[str, Any]:
    good = {
        "id": f"t-{number}", "timestamp": "2026-11-21T09:30:00Z", "amount": 1.0,
        "features": {"V1": 0.5, "V2": -0.5},
    }  # fmt: skip
    return {**good, **changes}


def ceap_data(*words: str) -> str:
    return run_in_terminal(app, *words, width=120)


def test_a_file_is_checked_told_about_and_put_once(deployed, tmp_path):
    settings, store = deployed
    file = tmp_path / "day.json"
    batch = [*(transaction(number) for number in range(39)), transaction(39, amount=-3, note=1)]
    file.write_text(json.dumps(batch))
    said = ceap_data("deliver", str(file), "--check")
    for told in (
        "day    2026-11-21", "39 of 40 would be scored, 1 set aside",
        "1 amount; the first at position 40: amount is a number", "not -3",
        "a field 'note' that nothing uses", "Only checked: nothing was put.",
    ):  # fmt: skip
        assert told in said
    assert store.keys(settings.data_bucket, "daily-batches/") == []
    said = ceap_data("deliver", str(file))
    assert "Score it with: ceap run inference --date 2026-11-21" in said
    assert json.loads(store.read(settings.data_bucket, "daily-batches/2026-11-21.json")) == batch
    file.write_text(json.dumps(batch[:-1]))
    with pytest.raises(AlreadyExists, match="--force"):
        ceap_data("deliver", str(file))
    assert "39 of 39" in ceap_data("deliver", str(file), "--force")


def test_a_file_of_which_nothing_fits_is_told_about_and_refused(deployed, tmp_path):
    settings, store = deployed
    file = tmp_path / "day.jsonl"
    file.write_text(json.dumps(transaction(1, features={"V1": 1.0})))
    with pytest.raises(InvalidData, match="Nothing was delivered"):
        ceap_data("deliver", str(file))
    assert store.keys(settings.data_bucket, "daily-batches/") == []


def test_a_delivery_fits_into_80_columns_with_every_reason():
    reason = Reason(rule="amount", transactions=2, first_position=7, first="amount is [1], wrong")
    checked = CheckedDelivery(
        day="2026-11-21", received=9, scored=7, rejected=2, reasons=[reason],
        notes=["Look [here]."], refusal=None,
    )  # fmt: skip
    from rich.console import Console

    console = Console(width=80, record=True)
    console.print(delivery_table(checked))
    text = console.export_text()
    for told in ("2 amount; the first at position 7: amount is [1], wrong", "Look [here]."):
        assert told in text
