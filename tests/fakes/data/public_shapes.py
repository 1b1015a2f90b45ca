"""Public shapes: small tables with the columns and notations of well-known fraud files.

All values are made here. Each shape is a file's text and what its columns are.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np

ROWS = 600


@dataclass(frozen=True)
class Shape:
    """A file, and the parts of its description that matter."""

    file: str
    text: str
    label: str
    positive: str
    frauds: int
    time: str | None = None
    amount: str | None = None
    id: str | None = None
    entities: dict[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    encoding: str = "utf-8"


def _csv(rows: list[dict[str, Any]], delimiter: str = ",") -> str:
    lines = [delimiter.join(rows[0])]
    lines += [delimiter.join(map(str, row.values())) for row in rows]
    return "\n".join(lines) + "\n"


def _moments(start: str, minutes: int) -> list[datetime]:
    first = datetime.fromisoformat(start)
    return [first + timedelta(minutes=minutes * row) for row in range(ROWS)]


def _draws() -> tuple[np.random.Generator, list[bool]]:
    random = np.random.default_rng(5)
    return random, [bool(one) for one in random.random(ROWS) < 0.08]


def vehicle_claims() -> Shape:
    """Claims without a moment and without an amount; prices are ranges in words."""
    random, frauds = _draws()
    rows = [
        {
            "Month": random.choice(["Dec", "Jan", "Oct"]),
            "WeekOfMonth": random.integers(1, 6),
            "DayOfWeek": random.choice(["Wednesday", "Friday"]),
            "Make": random.choice(["Honda", "Ford"]),
            "AccidentArea": random.choice(["Urban", "Rural"]),
            "Sex": random.choice(["Female", "Male"]),
            "MaritalStatus": random.choice(["Single", "Married"]),
            "Age": random.integers(0, 80),
            "VehiclePrice": random.choice(["more than 69000", "20000 to 29000"]),
            "FraudFound_P": int(fraud),
            "PolicyNumber": row + 1,
            "RepNumber": random.integers(1, 17),
            "Deductible": random.choice([300, 400, 500]),
            "DriverRating": random.integers(1, 5),
            "Days_Policy_Claim": "more than 30",
            "Year": random.choice([1994, 1995, 1996]),
        }
        for row, fraud in enumerate(frauds)
    ]
    return Shape(
        "fraud_oracle.csv",
        _csv(rows),
        "FraudFound_P",
        "1",
        sum(frauds),
        id="PolicyNumber",
        ignored=frozenset({"Days_Policy_Claim"}),
    )


def insurance_claims() -> Shape:
    """Claims with two dates, question marks, Y and N, and a comma at the end of each line."""
    random, frauds = _draws()
    moments = _moments("2015-01-01", 60)
    rows = [
        {
            "months_as_customer": random.integers(0, 480),
            "age": random.integers(19, 64),
            "policy_number": 100_000 + row * 7,
            "policy_bind_date": f"{random.integers(1990, 2014)}-10-17",
            "policy_state": random.choice(["OH", "IN", "IL"]),
            "policy_csl": random.choice(["250/500", "100/300"]),
            "policy_deductable": random.choice([500, 1000, 2000]),
            "policy_annual_premium": round(random.normal(1250, 240), 2),
            "incident_date": f"{moment:%Y-%m-%d}",
            "collision_type": random.choice(["Rear Collision", "Side Collision", "?"]),
            "incident_hour_of_the_day": random.integers(0, 24),
            "total_claim_amount": random.integers(5000, 90_000),
            "injury_claim": random.integers(0, 9000),
            "auto_make": random.choice(["Saab", "Audi"]),
            "fraud_reported": "Y" if fraud else "N",
            "": "",
        }
        for row, (fraud, moment) in enumerate(zip(frauds, moments, strict=True))
    ]
    return Shape(
        "insurance_claims.csv",
        _csv(rows),
        "fraud_reported",
        "Y",
        sum(frauds),
        "incident_date",
        "total_claim_amount",
        "policy_number",
        ignored=frozenset({"policy_bind_date", "unnamed_16"}),
    )


def card_payments() -> Shape:
    """Card payments with an index, two notations of one moment, names, addresses and births."""
    random, frauds = _draws()
    moments = _moments("2019-01-01T00:00:18", 97)
    rows = [
        {
            "": row,
            "trans_date_trans_time": f"{moment:%Y-%m-%d %H:%M:%S}",
            "cc_num": 4_000_000_000_000_000 + int(random.integers(0, 90)) * 1_000_003,
            "merchant": f"fraud_{random.choice(['Kirlin', 'Sporer', 'Haley', 'Kub'])} and Sons",
            "category": random.choice(["misc_net", "grocery_pos"]),
            "amt": round(random.lognormal(3), 2),
            "first": f"First{row % 83}",
            "last": f"Last{row % 71}",
            "gender": random.choice(["F", "M"]),
            "street": f"{row} Main Road Apt {row}",
            "city": f"City{row % 40}",
            "state": random.choice(["NC", "WA"]),
            "zip": int(random.integers(10_000, 10_090)),
            "lat": round(random.normal(36), 4),
            "city_pop": random.integers(100, 99_999),
            "job": random.choice(["Teacher", "Nurse"]),
            "dob": f"{random.integers(1950, 1999)}-03-09",
            "trans_num": f"{row:032x}",
            "unix_time": int(moment.timestamp()) - 220_924_800,
            "is_fraud": int(fraud),
        }
        for row, (fraud, moment) in enumerate(zip(frauds, moments, strict=True))
    ]
    return Shape(
        "fraudTrain.csv",
        _csv(rows),
        "is_fraud",
        "1",
        sum(frauds),
        "trans_date_trans_time",
        "amt",
        "trans_num",
        {"card": "cc_num", "merchant": "merchant"},
        frozenset({"unnamed_1", "dob", "unix_time"}),
    )


def mobile_money() -> Shape:
    """Transfers in hours since the beginning, with a rule's flag beside the label."""
    random, frauds = _draws()
    rows = [
        {
            "step": 1 + row // 8,
            "type": random.choice(["PAYMENT", "TRANSFER", "CASH_OUT"]),
            "amount": round(random.lognormal(8), 2),
            "nameOrig": f"C{random.integers(10**8, 10**8 + 400)}",
            "oldbalanceOrg": round(random.lognormal(9), 2),
            "newbalanceOrig": 0.0 if fraud else round(random.lognormal(9), 2),
            "nameDest": f"M{random.integers(10**8, 10**8 + 200)}",
            "oldbalanceDest": round(random.lognormal(9), 2),
            "newbalanceDest": round(random.lognormal(9), 2),
            "isFraud": int(fraud),
            "isFlaggedFraud": int(fraud and row % 9 == 0),
        }
        for row, fraud in enumerate(frauds)
    ]
    return Shape(
        "PS_log.csv",
        _csv(rows),
        "isFraud",
        "1",
        sum(frauds),
        "step",
        "amount",
        None,
        {"customer": "nameOrig", "recipient": "nameDest"},
    )


def shop_signups() -> Shape:
    """Purchases with the time of signing up, and addresses as numbers."""
    random, frauds = _draws()
    moments = _moments("2015-02-24T22:55:49", 311)
    rows = [
        {
            "user_id": 22_058 + row,
            "signup_time": f"{moment - timedelta(days=30 + row % 50):%Y-%m-%d %H:%M:%S}",
            "purchase_time": f"{moment:%Y-%m-%d %H:%M:%S}",
            "purchase_value": random.integers(9, 150),
            "device_id": f"DEV{random.integers(0, 300):010d}",
            "source": random.choice(["SEO", "Ads", "Direct"]),
            "browser": random.choice(["Chrome", "Opera"]),
            "sex": random.choice(["M", "F"]),
            "age": random.integers(18, 70),
            "ip_address": round(random.uniform(5e4, 4e9), 5),
            "class": int(fraud),
        }
        for row, (fraud, moment) in enumerate(zip(frauds, moments, strict=True))
    ]
    return Shape(
        "Fraud_Data.csv",
        _csv(rows),
        "class",
        "1",
        sum(frauds),
        "purchase_time",
        "purchase_value",
        "user_id",
        {"device": "device_id"},
        frozenset({"signup_time"}),
    )


def shop_orders() -> Shape:
    """Orders with words in the header, addresses with commas and line breaks in quotes."""
    random, frauds = _draws()
    moments = _moments("2024-02-20T05:58:41", 83)
    rows = [
        {
            "Transaction ID": f"{row:08x}-d1c0",
            "Customer ID": f"c{random.integers(0, 99):04d}-f0a1",
            "Transaction Amount": round(random.lognormal(4), 2),
            "Transaction Date": f"{moment:%Y-%m-%d %H:%M:%S}",
            "Payment Method": random.choice(["PayPal", "credit card"]),
            "Product Category": random.choice(["toys", "home & garden"]),
            "Quantity": random.integers(1, 6),
            "Customer Age": random.integers(18, 80),
            "Device Used": random.choice(["desktop", "mobile"]),
            "IP Address": f"110.87.{row % 250}.{random.integers(1, 99)}",
            "Shipping Address": f'"{row} Oak Lane Apt {row % 9}\nNorth Town, ZZ 0{row:04d}"',
            "Is Fraudulent": int(fraud),
            "Account Age Days": random.integers(1, 365),
            "Transaction Hour": moment.hour,
        }
        for row, (fraud, moment) in enumerate(zip(frauds, moments, strict=True))
    ]
    return Shape(
        "Orders 2024.csv",
        _csv(rows),
        "Is Fraudulent",
        "1",
        sum(frauds),
        "Transaction Date",
        "Transaction Amount",
        "Transaction ID",
        {"customer": "Customer ID", "ip": "IP Address"},
        frozenset({"Shipping Address"}),
    )


def bank_accounts() -> Shape:
    """Applications for accounts: no moment, no amount, no identifier."""
    random, frauds = _draws()
    rows = [
        {
            "fraud_bool": int(fraud),
            "income": round(random.uniform(0.1, 0.9), 1),
            "name_email_similarity": random.random(),
            "customer_age": random.choice([20, 30, 40, 50]),
            "payment_type": random.choice(["AA", "AB"]),
            "zip_count_4w": random.integers(1, 6000),
            "velocity_6h": random.normal(5000, 900),
            "employment_status": random.choice(["CA", "CB"]),
            "email_is_free": random.integers(0, 2),
            "source": "INTERNET",
            "month": random.integers(0, 8),
        }
        for fraud in frauds
    ]
    return Shape(
        "Base.csv", _csv(rows), "fraud_bool", "1", sum(frauds), ignored=frozenset({"source"})
    )


def card_not_present() -> Shape:
    """Payments in seconds since an unknown moment, with many gaps."""
    random, frauds = _draws()

    def gap(value: Any) -> Any:
        return "" if random.random() < 0.3 else value

    rows = [
        {
            "TransactionID": 2_987_000 + row,
            "isFraud": int(fraud),
            "TransactionDT": 86_400 + 341 * row,
            "TransactionAmt": round(random.lognormal(4), 3),
            "ProductCD": random.choice(["W", "C", "R"]),
            "card1": random.integers(1000, 1200),
            "card4": gap(random.choice(["visa", "mastercard"])),
            "P_emaildomain": gap(random.choice(["gmail.com", "aol.com"])),
            "dist1": gap(random.integers(0, 999)),
            "M4": gap(random.choice(["M0", "M2"])),
            "V1": gap(random.choice(["0.0", "1.0"])),
            "V2": gap(random.normal()),
        }
        for row, fraud in enumerate(frauds)
    ]
    return Shape(
        "train_transaction.csv",
        _csv(rows),
        "isFraud",
        "1",
        sum(frauds),
        "TransactionDT",
        "TransactionAmt",
        "TransactionID",
    )


def european_export() -> Shape:
    """An export of a spreadsheet: semicolons, decimal commas, days first, words for the label."""
    random, frauds = _draws()
    moments = _moments("2025-12-30T08:00", 307)
    rows = [
        {
            "Auftrag Nr": f"A-{row:06d}",
            "Datum": f"{moment:%d.%m.%Y %H:%M}",
            "Kunden_ID": f"K{row % 61}",
            "Betrag": f"{random.lognormal(5):,.2f}".replace(",", "_")
            .replace(".", ",")
            .replace("_", "."),
            "Zahlart": random.choice(["Überweisung", "Karte"]),
            "Alter": random.integers(18, 90),
            "Ergebnis_fraud": "Fraud" if fraud else "Legit",
        }
        for row, (fraud, moment) in enumerate(zip(frauds, moments, strict=True))
    ]
    return Shape(
        "export.csv",
        _csv(rows, ";"),
        "Ergebnis_fraud",
        "Fraud",
        sum(frauds),
        "Datum",
        "Betrag",
        "Auftrag Nr",
        {"customer": "Kunden_ID"},
        encoding="cp1252",
    )


def json_events() -> Shape:
    """Events of a service as JSON Lines: ISO moments with a zone, booleans, null for a gap."""
    random, frauds = _draws()
    moments = _moments("2026-03-01T10:00", 211)
    rows = [
        {
            "event_id": f"e{row:07d}",
            "event_time": f"{moment.isoformat()}+01:00",
            "amount": round(random.lognormal(3), 2),
            "account_id": f"acc{random.integers(0, 77)}",
            "country": random.choice(["DE", "FR"]),
            "device_score": None if row % 5 == 0 else round(random.random(), 3),
            "chargeback": fraud,
        }
        for row, (fraud, moment) in enumerate(zip(frauds, moments, strict=True))
    ]
    return Shape(
        "events.jsonl",
        "\n".join(map(json.dumps, rows)) + "\n",
        "chargeback",
        "true",
        sum(frauds),
        "event_time",
        "amount",
        "event_id",
        {"account": "account_id"},
    )


SHAPES: dict[str, Callable[[], Shape]] = {
    shape.__name__: shape
    for shape in (
        vehicle_claims,
        insurance_claims,
        card_payments,
        mobile_money,
        shop_signups,
        shop_orders,
        bank_accounts,
        card_not_present,
        european_export,
        json_events,
    )
}
