"""Leakage report: every finding about leakage in one place, and whether any of them warns."""

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from fraud.leakage.checks import LeakageFinding

if TYPE_CHECKING:
    import polars as pl

ADVERSARIAL_VALIDATION = "adversarial validation"  # a check, by the name that its finding has


class LeakageReport(BaseModel):
    """What the checks found, in the order in which they looked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    findings: tuple[LeakageFinding, ...]

    @property
    def warnings(self) -> tuple[LeakageFinding, ...]:
        return tuple(finding for finding in self.findings if finding.verdict == "warn")

    @property
    def is_clean(self) -> bool:
        """Say whether checks were made and none of them warns; a report of nothing is not clean."""
        return bool(self.findings) and not self.warnings

    def to_json(self) -> str:
        """Write the report; `LeakageReport.model_validate_json` reads it again."""
        return self.model_dump_json(indent=2)

    def table(self) -> "pl.DataFrame":
        """One row a finding: its check, its verdict and its sentence."""
        import polars as pl

        rows = [(finding.check, finding.verdict, finding.sentence) for finding in self.findings]
        schema = dict.fromkeys(("check", "verdict", "finding"), pl.String)
        return pl.DataFrame(rows, schema=schema, orient="row")
