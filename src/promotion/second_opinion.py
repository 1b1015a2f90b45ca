"""Second opinion: the approval or refusal of a plan by another person, kept beside the plan."""

from typing import TypeVar

from foundation import locations
from foundation.errors import InvalidData, NotFound
from foundation.locations import uri
from promotion.production import ProductionSession
from promotion.records import Approval, Declined, read_record

APPROVAL, DECLINED = "approval.json", "declined.json"

Opinion = TypeVar("Opinion", Approval, Declined)


def read_approval(promotion_id: str, production: ProductionSession) -> Approval | None:
    """Read the approval of a plan; None without one, InvalidData for a damaged one."""
    return _read_opinion(Approval, APPROVAL, promotion_id, production)


def read_decline(promotion_id: str, production: ProductionSession) -> Declined | None:
    """Read the refusal of a plan; None without one, InvalidData for a damaged one."""
    return _read_opinion(Declined, DECLINED, promotion_id, production)


def _read_opinion(
    kind: type[Opinion], file: str, promotion_id: str, production: ProductionSession
) -> Opinion | None:
    key = locations.promotion_key(promotion_id, file)
    try:
        data = production.objects.read(production.bucket, key)
    except NotFound:
        return None
    source = uri(production.bucket, key)
    opinion = read_record(kind, data, source=source)
    if opinion.promotion_id != promotion_id:
        message = (
            f"{source} is a word about the plan of {opinion.promotion_id!r}, and about no other: "
            "somebody moved it. Put back what was there, or plan again. Nothing was changed."
        )
        raise InvalidData(message)
    return opinion
