"""An ablation judges every set on the same folds, and skips what the data cannot have."""

from experiments.ablation.result import Ablation
from experiments.session import ExperimentSession


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
