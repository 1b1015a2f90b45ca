"""Verification: whether every place agrees on what is in production."""

from promotion.production import ProductionSession
from promotion.verify.differences import (
    Difference,
    alias_differences,
    config_differences,
    parameter_differences,
    unfinished_differences,
)
from promotion.verify.evidence import gather_evidence
from promotion.verify.kept_differences import (
    archive_differences,
    backup_differences,
    history_differences,
)
from promotion.verify.repair import repair_differences

__all__ = ["Difference", "repair", "verify"]

CHECKS = (
    config_differences,
    unfinished_differences,
    parameter_differences,
    alias_differences,
    archive_differences,
    history_differences,
    backup_differences,
)


def verify(production: ProductionSession) -> list[Difference]:
    """Compare S3, Parameter Store, the model registry and the history; return every difference.

    Nothing is written. What is damaged is a difference; only what cannot be reached is an error.
    """
    evidence = gather_evidence(production)
    return [difference for check in CHECKS for difference in check(evidence, production)]


def repair(production: ProductionSession) -> list[Difference]:
    """Restore what differs from the last promotion, and return the differences that remain.

    Finishes what a crash left open, and adds the repair to the history; the history itself cannot
    be repaired. Raises Busy while a promotion is running.
    """
    repair_differences(production)
    return verify(production)
