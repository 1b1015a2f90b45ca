"""Side by side: candidate and champion on the same rows, as texts, tables, plots and evidence."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from fraud.metrics.estimates import Estimate
from fraud.metrics.evaluation import COST, not_measured
from fraud.metrics.formatting import interval
from fraud.metrics.names import metric_name
from promotion.candidates.kept_model import configuration
from promotion.comparison.champion import Champion
from promotion.comparison.churn import Churn
from promotion.comparison.score_both import HeadToHead
from promotion.records import GateResult, PromotionVerdict, promotion_verdict

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

    from fraud.model.fraud_model import FraudModel
    from promotion.candidates.candidate import Candidate

ALONE = "There is no champion to compare it with."


@dataclass(frozen=True)
class SideBySide:
    """Both models on the same test rows; the candidate alone where they cannot be compared.

    `files` are what production would keep of the candidate, `gates` the result of every gate.
    """

    candidate: "Candidate"
    champion: Champion | None
    head_to_head: HeadToHead
    churn: Churn
    gates: list[GateResult]
    files: Mapping[str, bytes]

    @property
    def verdict(self) -> PromotionVerdict:
        return promotion_verdict(self.gates)

    def sentence(self) -> str:
        """Return whether the candidate is better, its cost difference, and its churn."""
        return " ".join([self._better(), self._cheaper(), self.churn.sentence()]).strip()

    def configuration(self) -> dict[str, Any]:
        """Return the configuration to promote, without what depends on the promotion."""
        return configuration(self.candidate, self.head_to_head.candidate.metrics, self.files)

    def evidence(self) -> dict[str, Any]:
        """Return everything that people want to see before they approve, as a plan keeps it."""
        new, old, compared = (
            self.head_to_head.candidate,
            self.head_to_head.champion,
            self.head_to_head.comparison,
        )
        return {
            "candidate": _as_dicts(new.metrics),
            "champion": _as_dicts(old.metrics) if old else {},
            "differences": {
                name: {**asdict(each.difference), "p_value": each.p_value}
                for name, each in (compared.differences if compared else {}).items()
            },
            "cost_difference_per_1000": asdict(compared.cost)
            if compared and compared.cost
            else None,
            "churn": self.churn.model_dump(mode="json"),
            "champion_origin": self.champion.origin if self.champion else None,
            "picked": self.candidate.named,
            "notes": self.notes(),
        }

    def notes(self) -> list[str]:
        """Return what a reader of the figures has to know about them."""
        champion, found = self.champion, []
        if champion and champion.retrained:
            found.append(f"The champion is {champion.origin}.")
        if self.candidate.recorded.run.tags.get("simulated") != "false":
            found.append("The candidate was made from simulated data: what it says is of no bank.")
        if self.churn.override is not None:
            found.append(
                f"Production alerts {self.churn.decided_at}, not at a model's own threshold: "
                "decisions on daily batches are counted there, metrics on the test rows at each "
                "model's own."
            )
        data = self.candidate.recorded.run.tags.get("data", "NAME")
        found += not_measured(self.head_to_head.test_set.split.roles, data=data)
        return [*found, *self.churn.problems]

    def metric_table(self) -> "pl.DataFrame":
        """Return every test metric of both models, and the difference, with 95 % intervals."""
        import polars as pl

        new, old = self.head_to_head.candidate.metrics, self.head_to_head.champion
        rows = [
            {
                "metric": metric_name(name),
                "candidate": interval(estimate, _digits(name)),
                "champion": interval(old.metrics[name], _digits(name)) if old else "",
                "difference": self._difference(name),
            }
            for name, estimate in new.items()
        ]
        return pl.DataFrame(rows)

    def difference_table(self) -> "pl.DataFrame":
        """Return the settings that change (algorithm, threshold, hyperparameters), old and new."""
        import polars as pl

        new = _settings(self.candidate.recorded.model)
        old = _settings(self.champion.model) if self.champion else {}
        names = [*new, *(name for name in old if name not in new)]
        rows = [
            {
                "setting": name,
                "champion": _setting_text(old, name),
                "candidate": _setting_text(new, name),
            }
            for name in names
            if old.get(name) != new.get(name)
        ]
        return pl.DataFrame(rows, schema=["setting", "champion", "candidate"])

    def churn_table(self) -> "pl.DataFrame":
        """Return the newly flagged and the released transactions of the last stored days."""
        return self.churn.table()

    def train_command(self) -> str:
        """Return the command by which the training pipeline makes the candidate now."""
        from promotion.candidates.train_command import train_command

        return train_command(self.candidate.recorded)

    @cached_property
    def plots(self) -> "dict[str, Figure]":
        from promotion.comparison.plots import side_by_side_plots

        return side_by_side_plots(self.head_to_head, self.churn)

    def _better(self) -> str:
        return (
            self.head_to_head.comparison.judgement.sentence
            if self.head_to_head.comparison
            else ALONE
        )

    def _cheaper(self) -> str:
        compared = self.head_to_head.comparison
        if compared is None or compared.cost is None:
            return ""
        cost = compared.cost
        return (
            f"Per 1,000 transactions it costs {cost.value:+,.2f} "
            f"({cost.low:+,.2f} to {cost.high:+,.2f}) against the champion."
        )

    def _difference(self, metric: str) -> str:
        if self.head_to_head.comparison is None:
            return ""
        cost = self.head_to_head.comparison.cost
        if metric == COST and cost is not None:
            return _signed(cost, _digits(metric))
        found = self.head_to_head.comparison.differences.get(metric)
        return _signed(found.difference, _digits(metric)) if found else ""


def _as_dicts(metrics: Mapping[str, Estimate]) -> dict[str, dict[str, float]]:
    return {name: asdict(estimate) for name, estimate in metrics.items()}


def _digits(metric: str) -> int:
    return 2 if metric == COST else 4  # costs are money


def _signed(gap: Estimate, digits: int) -> str:
    return f"{gap.value:+.{digits}f} ({gap.low:+.{digits}f} to {gap.high:+.{digits}f})"


def _settings(model: "FraudModel") -> dict[str, Any]:
    recipe = model.recipe.model_dump(mode="json", exclude_defaults=True)
    return {
        "algorithm": model.algorithm,
        "threshold": model.threshold,
        **{f"recipe.{name}": value for name, value in recipe.items()},
        **model.hyperparameters,
    }


def _setting_text(settings: Mapping[str, Any], name: str) -> str:
    value = settings.get(name, "")
    return f"{value:.6g}" if isinstance(value, float) else str(value)
