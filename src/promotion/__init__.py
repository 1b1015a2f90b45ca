"""Promotion: may it go to production, and how it gets there whole."""

from promotion.promote_to_production import promote_to_production
from promotion.roll_back import roll_back

__all__ = ["promote_to_production", "roll_back"]
