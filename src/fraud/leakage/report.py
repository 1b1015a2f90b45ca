"""Leakage report: the findings of all checks, and whether any of them warns."""

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from fraud.leakage.checks import LeakageFinding

if TYPE_CHECKING:
    import polars as pl

ADVERSARIAL_VALIDATION = "adversarial validation"  # a check, by the name that its finding has


class LeakageReport(BaseModel):
    """The findings, in the order of the checks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    findings: tuple[LeakageFinding, ...]

    @property
    def warnings(self) -> tuple[LeakageFinding, ...]:
        return tuple(finding for finding in self.findings if finding.verdict == "warn")

    @property
    def is_clean(self) -> bool:
        """Whether checks were made and none of them warns; a report of nothing is not clean."""
        return bool(self.findings) and not self.warnings

    def to_json(self) -> str:
        """Return the report as JSON; `LeakageReport.model_validate_json` reads it again."""
        return self.model_dump_json(indent=2)

    def table(self) -> "pl.DataFrame":
        """Return one row a finding: its check, its verdict and its sentence."""
        import polars as pl

        rows = [(finding.check, finding.verdict, finding.sentence) for finding in self.findings]
        schema = dict.fromkeys(("check", "verdict", "finding"), pl.String)
        return pl.DataFrame(rows, schema=schema, orient="row")
