"""Risky transactions are put together by entity, and none is lost or told of by a card number."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.inference.risky_transaction import (
    RiskyTransaction,
    by_entity,
    entity_groups,
    entry_of,
    total_amount,
)


def risky(number: int, score: float, *, amount: float = 10.0, **entities: str) -> RiskyTransaction:
    return RiskyTransaction(
        f"t-{number}", "2026-11-21T09:30:00Z", amount, "x", score, tuple(entities.items())
    )


parties = st.dictionaries(st.sampled_from(["customer", "card"]), st.sampled_from("ab"))
days = st.lists(st.tuples(st.floats(0, 1), parties), max_size=20).map(
    lambda rows: sorted(
        (risky(at, score, **named) for at, (score, named) in enumerate(rows)),
        key=lambda one: -one.score,
    )
)


@given(days, st.sampled_from([None, "customer", "card", "terminal"]))
def test_each_transaction_is_in_one_group_and_each_entity_has_one(day, role):
    groups = list(entity_groups(by_entity(day, role), role))
    assert sorted(one for group in groups for one in group) == sorted(day)
    named = [group[0].entity(role) for group in groups]
    known = [text for text in named if text is not None]
    assert len(set(known)) == len(known)
    assert all({one.entity(role) for one in group} == {group[0].entity(role)} for group in groups)
    assert all(len(group) == 1 for group, text in zip(groups, named, strict=True) if text is None)


@given(days, st.sampled_from([None, "customer"]))
def test_the_riskiest_entity_comes_first_and_of_an_entity_the_riskiest(day, role):
    groups = list(entity_groups(by_entity(day, role), role))
    tops = [group[0].score for group in groups]
    assert tops == sorted(tops, reverse=True)
    assert all(group[0].score == max(one.score for one in group) for group in groups)


def test_without_a_role_the_order_stays():
    day = [risky(1, 0.9, card="a"), risky(2, 0.8), risky(3, 0.7, card="a")]
    assert by_entity(day, None) == day
    assert by_entity(day, "card") == [day[0], day[2], day[1]]


def test_an_entry_sums_up_and_gives_the_reasons_of_the_riskiest_that_has_some():
    group = [
        risky(1, 0.9, customer="C", amount=0.1),
        risky(2, 0.8, customer="C", amount=0.2)._replace(why=("second",)),
        risky(3, 0.7, customer="C")._replace(why=("third",)),
    ]
    assert entry_of(group, "customer") == {
        "entity": {"customer": "C"}, "transactionCount": 3, "highestScore": 0.9,
        "totalAmount": 10.3, "why": ["second"], "transactions": ["t-1", "t-2", "t-3"],
    }  # fmt: skip
    assert total_amount(group) == 10.3


def test_a_transaction_says_only_what_it_has():
    assert risky(1, 0.9).content() == {
        "transactionId": "t-1", "timestamp": "2026-11-21T09:30:00Z", "amount": 10.0,
        "category": "x", "fraudScore": 0.9,
    }  # fmt: skip
