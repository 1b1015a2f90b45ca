"""Commit: the one conditional write that puts a configuration in production, or does not."""

from foundation import locations
from foundation.errors import DigestMismatch, InvalidData, NotFound, Outdated
from foundation.production.config import to_yaml
from promotion.production import ProductionSession
from promotion.protocol.journal import read_journal
from promotion.protocol.state import current_promotion
from promotion.records import Plan
from promotion.refusals import PromotionLost


def commit(plan: Plan, production: ProductionSession) -> None:
    """Write the configuration, only over the one that the plan was made from.

    The bytes hold the promotion's id, which no other promotion has: finding them after an error
    means that the reply was lost and not the write. Raises PromotionLost when another promotion was
    first, Unavailable when it is not known yet whether the write happened; then `recover` finds
    out.
    """
    try:
        production.objects.write_if(
            production.bucket,
            locations.PRODUCTION_CONFIG,
            to_yaml(plan.config),
            etag=plan.base.etag,
        )
    except Outdated:
        raise PromotionLost(plan.promotion_id, described_winner(production)) from None


def described_winner(production: ProductionSession) -> str:
    """Return which promotion is in production, who made it, and why."""
    try:
        winner = current_promotion(production)
    except (InvalidData, DigestMismatch):
        return "a file that somebody edited by hand, and that readers refuse,"
    if winner is None:
        return "no promotion at all (the configuration was removed)"
    try:
        journal = read_journal(winner, production)
    except NotFound:
        return f"promotion {winner}"
    when = f"{journal.opened_at:%Y-%m-%d %H:%M:%S} UTC"
    return f"promotion {winner} (by {journal.opened_by} at {when}: {journal.plan.reason})"
