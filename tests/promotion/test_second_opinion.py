"""Second opinions: an approval or refusal counts for one plan, and a damaged one is named."""

from functools import partial

import pytest

from fakes.promotions.approvals import kept_file, proposed
from fakes.promotions.promotions import FIRST
from foundation import locations
from foundation.errors import InvalidData
from promotion.approval import approve, decline
from promotion.production import ProductionSession
from promotion.protocol.state import current_promotion
from promotion.records import Approval


def damaged(data: bytes, promotion_id: str) -> list[bytes]:
    """Cut off, of another kind, not even text, and the word about other plans."""
    assert promotion_id.encode() in data
    others = [data.replace(promotion_id.encode(), name) for name in (b"promotion-other", b"")]
    return [data[:-20], b"{}", b"\xff", *others]


def test_a_damaged_approval_is_named_and_executes_nothing(
    ada: ProductionSession, grace: ProductionSession
) -> None:
    plan = proposed(ada, FIRST)
    approval = Approval(
        promotion_id=plan.promotion_id,
        plan_digest=plan.digest,
        approved_by=grace.who,
        approved_at=grace.now(),
    )
    for data in damaged(approval.to_json(), plan.promotion_id):
        key = locations.promotion_key(plan.promotion_id, "approval.json")
        ada.objects.write(ada.bucket, key, data)
        with pytest.raises(InvalidData, match=rf"{key} is .*Nothing was changed"):
            approve(plan.promotion_id, production=grace)
    assert current_promotion(ada) is None


def test_a_damaged_refusal_is_named_and_still_refuses(
    ada: ProductionSession, grace: ProductionSession
) -> None:
    plan = proposed(ada, FIRST)
    decline(plan.promotion_id, "no", production=ada)
    key = locations.promotion_key(plan.promotion_id, "declined.json")

    for data in damaged(kept_file(plan.promotion_id, "declined.json", ada), plan.promotion_id):
        ada.objects.write(ada.bucket, key, data)
        for word in (approve, partial(decline, reason="no")):
            with pytest.raises(InvalidData, match=rf"{key} is .*Nothing was changed"):
                word(plan.promotion_id, production=grace)
    assert current_promotion(ada) is None
