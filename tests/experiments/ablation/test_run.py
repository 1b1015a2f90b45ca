"""An ablation judges every set on the same folds, and skips what the data cannot have."""

import pytest

from experiments.ablation.result import Ablation
from experiments.evaluation import cross_validation
from experiments.features import try_features
from experiments.session import ExperimentSession
from fakes.ports.session import fake_session


def test_sets_that_need_an_entity_the_data_has_not_are_skipped_and_named(
    ablated: tuple[Ablation, ExperimentSession],
) -> None:
    ablation, _ = ablated
    assert [each.features.name for each in ablation.results] == ["plain", "amounts", "pairs"]
    assert "terminal" in ablation.skipped["risk"]
    assert ablation.table().height == 4


def test_plain_adds_nothing_to_itself_and_every_other_set_has_an_interval(
    ablated: tuple[Ablation, ExperimentSession],
) -> None:
    plain, *others = ablated[0].results
    assert (plain.added.difference.value, plain.added.p_value) == (0.0, 1.0)
    assert all(each.added.difference.low <= each.added.difference.high for each in others)
    assert len({len(each.out_of_fold.scores) for each in ablated[0].results}) == 1


def test_sets_with_the_same_rows_share_a_fit_pool_and_every_fit_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pools: list[int] = []
    fits: list[tuple[int, int]] = []
    open_fit_pool = cross_validation.open_fit_pool

    def open_counted(rows, workers):
        pools.append(len(rows.labels))
        return open_fit_pool(rows, workers)

    monkeypatch.setattr(cross_validation, "open_fit_pool", open_counted)
    try_features(
        session=fake_session(), algorithm="logistic_regression",
        feature_sets={"amounts": ["log_amount"], "plain": []}, folds=2, resamples=40, workers=1,
        on_fit=lambda done, of, _: fits.append((done, of)),
    )  # fmt: skip
    assert len(pools) == 1
    assert fits == [(done, 6) for done in range(1, 7)]
