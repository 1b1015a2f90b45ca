"""The review table has one row an entity, or a transaction where they are not grouped."""

from dataclasses import replace

from fakes.data.scored_day import DAY, MODEL
from fraud.scoring.decision_threshold import DecisionThreshold
from pipeline.inference.alert_messages import Occasion, alerts
from pipeline.inference.review_table import review_table
from pipeline.inference.risky_transaction import RiskyTransaction

OCCASION = Occasion(
    day=DAY, execution_id="a", model_digest=MODEL, threshold=DecisionThreshold(0.8), table="T"
)
RISKY = [
    RiskyTransaction(f"t-{at}", "2026-11-21T09:30:00Z", 10.0, "x", score, named, why)
    for at, (score, named, why) in enumerate(
        [
            (0.85, (("customer", "C-2"),), ("V1 3 (+1.0)", "V2 4 (+0.5)")),
            (0.9, (("customer", "C-1"),), ()),
            (0.88, (("customer", "C-1"),), ()),
        ]
    )
]


def test_each_entity_is_a_row_with_the_riskiest_first():
    messages = alerts(RISKY, replace(OCCASION, group_by="customer"), per_message=2)
    assert review_table(messages).rows() == [
        ("customer C-1", 2, 0.9, 20.0, "", "t-1, t-2"),
        ("customer C-2", 1, 0.85, 10.0, "V1 3 (+1.0); V2 4 (+0.5)", "t-0"),
    ]


def test_ungrouped_each_transaction_is_a_row():
    table = review_table(alerts(RISKY, OCCASION, per_message=2))
    assert table["ids"].to_list() == ["t-1", "t-2", "t-0"]
    assert table["transactions"].to_list() == [1, 1, 1]


def test_a_day_without_alerts_is_an_empty_table_with_its_columns():
    table = review_table([])
    assert table.height == 0
    assert table.columns[:2] == ["who", "transactions"]
