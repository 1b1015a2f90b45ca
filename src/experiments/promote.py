"""Promote: a candidate beside the champion, before anybody asks for it to go to production."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from experiments.workshop import Workshop, open_workshop, stage_params
from foundation.params import Params
from fraud.comparison import PairedComparison
from fraud.estimates import interval
from fraud.metrics import Estimate

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

    from experiments.champion import Champion
    from shelf.recorded_models import RecordedModel

STAGE = "promote"
COMPARED = ("average_precision", "roc_auc", "recall_at_1pct_fpr", "recall_at_01pct_fpr")


class PromoteParams(Params):
    """Which recorded model to look at, and how carefully it is compared with the champion."""

    run_id: str = ""
    reason: str = ""
    resamples: int = Field(default=2000, ge=1, le=100_000)
    seed: int = Field(default=42, ge=0, lt=2**31)
    alerts_per_day: int = Field(default=100, ge=1)


@dataclass(frozen=True)
class SideBySide:
    """Both models on the same test rows. Without a champion there is nothing to compare with."""

    candidate: "RecordedModel"
    champion: "Champion | None"
    candidate_metrics: dict[str, Estimate]
    champion_metrics: dict[str, Estimate]
    differences: dict[str, PairedComparison]
    obstacles: list[str]

    def verdict(self) -> str:
        """Say whether the candidate is better, and what stands in its way."""
        ways = "".join(f" Before it can be promoted: {obstacle}." for obstacle in self.obstacles)
        if self.champion is None:
            return f"No model is deployed: the candidate has no champion to beat.{ways}"
        return f"{self.differences['average_precision'].sentence}{ways}"

    def train_command(self) -> str:
        """The command that has the training pipeline make the candidate now."""
        from experiments.train_command import train_command

        return train_command(self.candidate)

    def metric_table(self) -> "pl.DataFrame":
        """Every metric of both on the test rows, with 95 % intervals."""
        import polars as pl

        rows = [
            {
                "metric": name,
                "candidate": interval(estimate, 4),
                "champion": interval(self.champion_metrics[name], 4) if self.champion else "",
            }
            for name, estimate in self.candidate_metrics.items()
        ]
        return pl.DataFrame(rows)

    def difference_table(self) -> "pl.DataFrame":
        """What would change in production: algorithm, threshold, hyperparameters, old and new."""
        import polars as pl

        new = _settings(self.candidate.model)
        old = _settings(self.champion.model) if self.champion else {}
        names = [*new, *(name for name in old if name not in new)]
        rows = [
            {"setting": name, "champion": _shown(old, name), "candidate": _shown(new, name)}
            for name in names
            if old.get(name) != new.get(name)
        ]
        return pl.DataFrame(rows, schema=["setting", "champion", "candidate"])

    @cached_property
    def plots(self) -> "dict[str, Figure]":
        from figures.comparison_plots import difference_plot

        if self.champion is None:
            return {}
        gaps = {name: compared.difference for name, compared in self.differences.items()}
        return {"differences": difference_plot(gaps, "the champion", "metric")}


class PromoteOutput(BaseModel):
    """What was seen; nothing in production was touched."""

    model_config = ConfigDict(frozen=True)

    run_id: str
    reason: str
    data_digest: str
    champion_digest: str | None
    candidate: dict[str, Estimate]
    champion: dict[str, Estimate]
    differences: dict[str, Estimate]
    p_values: dict[str, float]
    obstacles: list[str]
    verdict: str
    train_command: str


def beside_champion(
    *, workshop: Workshop | None = None, execution_id: str = "interactive", **params: Any
) -> SideBySide:
    """Score the same test rows with a recorded model and with the one that production serves.

    `params` are those of `params/experiments/promote.yaml`, whose values hold where none is given.
    Raises NotFound for a run that is not there or kept no model.
    """
    from experiments.champion import side_by_side

    chosen: PromoteParams = stage_params(PromoteParams, STAGE, params)
    return side_by_side(chosen, workshop or open_workshop(execution_id))


def finish(beside: SideBySide, workshop: Workshop, *, reason: str = "") -> PromoteOutput:
    """Leave what was seen in the execution."""
    output = PromoteOutput(
        run_id=beside.candidate.run_id,
        reason=reason,
        data_digest=beside.candidate.data_digest,
        champion_digest=beside.champion.digest if beside.champion else None,
        candidate=beside.candidate_metrics,
        champion=beside.champion_metrics,
        differences={name: each.difference for name, each in beside.differences.items()},
        p_values={name: each.p_value for name, each in beside.differences.items()},
        obstacles=beside.obstacles,
        verdict=beside.verdict(),
        train_command=beside.train_command(),
    )
    return workshop.execution.finish(STAGE, output)


def _settings(model: Any) -> dict[str, Any]:
    recipe = model.recipe.model_dump(mode="json", exclude_defaults=True)
    return {
        "algorithm": model.algorithm,
        "threshold": model.threshold,
        **{f"recipe.{name}": value for name, value in recipe.items()},
        **model.hyperparameters,
    }


def _shown(settings: dict[str, Any], name: str) -> str:
    value = settings.get(name, "")
    return f"{value:.6g}" if isinstance(value, float) else str(value)
