"""Side by side for tests: a candidate evaluated beside the champion, quickly."""

from datetime import date

from catalog.prepared_data import Manifest
from foundation.production.config import ProductionConfig
from fraud.metrics.costs import Costs
from pipeline.data.daily_batch import make_daily_batch
from promotion.candidates.candidate import Candidate
from promotion.comparison.side_by_side import SideBySide
from promotion.policy import ChampionTest, Policy
from promotion.production import ProductionSession
from promotion.promote import side_by_side_with_champion

POLICY = Policy(champion=ChampionTest(resamples=100), costs=Costs(review=2.0))
DAY = date(2026, 11, 21)


def evaluated(
    candidate: Candidate, production: ProductionSession, config: ProductionConfig | None = None
) -> SideBySide:
    return side_by_side_with_champion(candidate, config, POLICY, production)


def verdicts(side_by_side: SideBySide) -> dict[str, tuple[str, str]]:
    return {gate.gate: (gate.verdict, gate.reason) for gate in side_by_side.gates}


def batch_of_a_day(production: ProductionSession, manifest: Manifest, day: date = DAY) -> None:
    make_daily_batch(
        production.objects, production.settings, day=day, transactions=200,
        data_digest=manifest.data_digest,
    )  # fmt: skip
