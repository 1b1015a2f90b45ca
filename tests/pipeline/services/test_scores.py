"""A score survives the form that DynamoDB keeps it in."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.services.scores import StoredScore, as_item, from_item


@given(
    score=st.just(0.0) | st.floats(1e-130, 1),
    amount=st.just(0.0) | st.floats(1e-130, 1e15),
    text=st.text(st.characters(exclude_categories=["Cs"])),
)
def test_any_score_survives_the_form_of_dynamodb(score: float, amount: float, text: str) -> None:
    item = StoredScore(
        transaction_id="t-1",
        timestamp="2026-11-21T09:30:00Z",
        batch_date="2026-11-21",
        fraud_score=score,
        risk_band="low",
        amount=amount,
        category=text,
        model_digest="a" * 64,
        execution_id="x",
        scoring_timestamp="2026-11-22T01:00:00.000Z",
    )
    written = as_item(item)
    assert from_item(written) == item
    assert len(written["fraudScore"]["N"].split("e")[0].replace(".", "").lstrip("-0")) <= 38
