"""A score survives the form that DynamoDB keeps it in."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.services.scores import StoredScore, as_item, from_item, score_table


def stored(score: float, amount: float, category: str | None) -> StoredScore:
    return StoredScore(
        transaction_id="t-1",
        timestamp="2026-11-21T09:30:00Z",
        batch_date="2026-11-21",
        fraud_score=score,
        risk_band="low",
        amount=amount,
        category=category,
        model_digest="a" * 64,
        execution_id="x",
        scoring_timestamp="2026-11-22T01:00:00.000Z",
    )


@given(
    score=st.just(0.0) | st.floats(1e-130, 1),
    amount=st.just(0.0) | st.floats(1e-130, 1e15) | st.floats(-1e15, -1e-130),
    text=st.none() | st.text(st.characters(exclude_categories=["Cs"])),
)
def test_any_score_survives_the_form_of_dynamodb(
    score: float, amount: float, text: str | None
) -> None:
    item = stored(score, amount, text)
    written = as_item(item)
    assert from_item(written) == item
    assert len(written["fraudScore"]["N"].split("e")[0].replace(".", "").lstrip("-0")) <= 38


def test_a_transaction_without_a_category_is_an_item_without_one() -> None:
    assert "category" not in as_item(stored(0.5, -3.0, None))


def test_a_table_of_no_items_has_the_columns_of_any_other() -> None:
    some, none = score_table([stored(0.5, 1.0, "books"), stored(0.4, 1.0, None)]), score_table([])
    assert some["category"].to_list() == ["books", None]
    assert (none.height, none.schema) == (0, some.schema)
