"""Days of a data set `tx`: quiet ones, and days with one planted fault of the inputs."""

from datetime import date, timedelta
from random import Random
from typing import Any

import numpy as np

from fraud.data.labelled_rows import LabelledRows
from fraud.data.roles import Roles

FIRST, A_DAY = date(2026, 10, 1), 1_000
CHANNELS = ("web", "app", "pos")
COLUMNS = ("v1", "v2", "channel", "amount", "seconds")
ROLES = Roles("amount", "seconds")
FAULTS = ("unknown", "null", "renamed", "cents", "stuck", "other-day")


def day_number(place: int) -> date:
    """Return the day at a place; the first is at 0."""
    return FIRST + timedelta(days=place)


def faulty_day(place: int, fault: str = "", *, rows: int = A_DAY) -> list[dict[str, Any]]:
    """Make the batch of a day, quiet or with a fault; equal arguments give equal days."""
    draw = Random(1_000 + place)
    return [_transaction(number, day_number(place), draw, fault, rows) for number in range(rows)]


def train_rows(rows: int = 20_000) -> LabelledRows:
    """Make rows to train on, as the quiet days are."""
    days = [one for place in range(-rows // A_DAY, 0) for one in faulty_day(place)]
    matrix = [
        [
            *(one["features"][name] for name in ("v1", "v2")),
            CHANNELS.index(one["features"]["channel"]),
            one["amount"],
            number * 86_400 / A_DAY,
        ]
        for number, one in enumerate(days)
    ]
    labels = np.array([one["features"]["v1"] > 2.5 for one in days], dtype=np.int8)
    return LabelledRows(COLUMNS, np.array(matrix), labels, {"channel": CHANNELS}, roles=ROLES)


def _transaction(number: int, day: date, draw: Random, fault: str, rows: int) -> dict[str, Any]:
    fraud = draw.random() < 0.05
    channel: str = draw.choice(["web", "web", "app"] if fraud else ["web", "pos", "app"])
    amount = round(draw.lognormvariate(3.5 + 1.2 * fraud, 0.8), 2)
    features: dict[str, Any] = {
        "v1": draw.gauss(2 * fraud, 1), "v2": draw.gauss(-1.5 * fraud, 1), "channel": channel,
    }  # fmt: skip
    if fault == "unknown":
        features["channel"] = channel.upper()
    if fault == "null":
        features["channel"] = None
    if fault == "renamed":
        features["channel_name"] = features.pop("channel")
    if fault == "stuck":
        features["v2"] = 0.0
    if fault == "cents":
        amount = round(amount * 100, 2)
    when = date(2024, 1, 1) if fault == "other-day" else day
    second = number * 86_400 // rows
    clock = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
    return {
        "id": f"{day:%j}{number:06d}", "timestamp": f"{when}T{clock}Z", "amount": amount,
        "category": "card", "features": features,
    }  # fmt: skip
