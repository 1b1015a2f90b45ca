"""Alert reasons: what moved the scores of the riskiest transactions, by the model that scored them.

An alert never waits for its reasons: where they cannot be had, it goes out without, and says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from foundation.executions import Execution
from pipeline.inference.risky_transaction import RiskyTransaction

if TYPE_CHECKING:
    from fraud.data.arrays import Matrix
    from fraud.model.fraud_model import FraudModel

RTOL = 1e-6  # a score that differs by more was given to another row
LONGEST_PROBLEM = 300  # characters
UNITS = {
    "log-odds": "in log-odds, before calibration",
    "probability": "in votes of the forest, before calibration",
}


@dataclass(frozen=True)
class ReasonRules:
    """How many transactions are explained, the riskiest first, and by how many reasons each."""

    most_transactions: int
    most_reasons: int


@dataclass(frozen=True)
class Explained:
    """Transactions with the reasons for their scores, and sentences about these for people."""

    transactions: list[RiskyTransaction]
    notes: tuple[str, ...] = ()


def with_reasons(
    execution: Execution,
    transactions: Sequence[RiskyTransaction],
    rules: ReasonRules,
    *,
    model_digest: str,
) -> Explained:
    """Return the transactions with the reasons for their scores, in the same order.

    The model is loaded once, and only if there is something to explain.
    """
    wanted = riskiest(transactions, rules.most_transactions)
    if not wanted:
        return Explained(list(transactions), _cap_note(transactions, wanted))
    try:
        reasons, note = _reasons(execution, wanted, rules, model_digest)
    # Whatever goes wrong with reasons (each library has errors of its own), the alert goes out.
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"[:LONGEST_PROBLEM]
        return Explained(list(transactions), (f"No reasons are given. {problem}",))
    explained = [
        transaction._replace(why=reasons.get(transaction.transaction_id, ()))
        for transaction in transactions
    ]
    notes = (note, *_cap_note(transactions, wanted), *_lost_note(len(wanted), len(reasons)))
    return Explained(explained, notes)


def riskiest(transactions: Sequence[RiskyTransaction], count: int) -> list[RiskyTransaction]:
    """Return the `count` transactions of the highest scores, equals by id."""
    return sorted(transactions, key=lambda each: (-each.score, each.transaction_id))[:count]


def _reasons(
    execution: Execution, wanted: Sequence[RiskyTransaction], rules: ReasonRules, model_digest: str
) -> tuple[dict[str, tuple[str, ...]], str]:
    from catalog.model_archive import load_model
    from fraud.explanation.explanation import explain_rows
    from fraud.explanation.reasons import USUAL_SHARES, UsualValues, reasons_of

    model = load_model(execution, model_digest).model
    places, rows = _scored_rows(execution, model)
    known = [each for each in wanted if each.transaction_id in places]
    chosen = np.array([places[each.transaction_id] for each in known])
    found = explain_rows(model, rows, chosen)
    usual = UsualValues.of(model, rows)
    reasons: dict[str, tuple[str, ...]] = {}
    for index, transaction in enumerate(known):
        # Where the day was scored again since, another row may be kept under the id.
        if np.isclose(found.scores[index], transaction.score, rtol=RTOL, atol=0):
            why = reasons_of(found, index, usual, count=rules.most_reasons)
            reasons[transaction.transaction_id] = why
    share = USUAL_SHARES[1] - USUAL_SHARES[0]
    return reasons, (
        f"The number behind a reason is by how much it moved the score, {UNITS[found.unit]}. Usual "
        f"is the middle {share:.0%} of the day's {len(rows):,} transactions."
    )


def _scored_rows(execution: Execution, model: "FraudModel") -> "tuple[dict[str, int], Matrix]":
    """Return what score kept of the day as the model takes it, and the place of each id."""
    from fraud.scoring.model_columns import ModelColumns
    from fraud.scoring.requests import check_transactions
    from pipeline.inference.transactions import read_transactions

    kept = read_transactions(execution).select("id", "timestamp", "amount", "features").to_dicts()
    incoming = check_transactions(kept, range(1, len(kept) + 1), ModelColumns.of(model))
    places = {transaction: place for place, transaction in enumerate(incoming.ids)}
    return places, incoming.model_rows()


def _cap_note(
    transactions: Sequence[RiskyTransaction], wanted: Sequence[RiskyTransaction]
) -> tuple[str, ...]:
    if len(wanted) == len(transactions):
        return ()
    return (
        f"Reasons are given for the {len(wanted):,} riskiest of {len(transactions):,} transactions "
        "(explained_transactions in params/inference/alert.yaml).",
    )


def _lost_note(wanted: int, found: int) -> tuple[str, ...]:
    if found == wanted:
        return ()
    return (
        f"{wanted - found:,} of {wanted:,} have no reasons: the model does not give what is kept "
        "of them their scores, so the day was scored again since.",
    )
