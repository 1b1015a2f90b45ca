"""Feature sets to try are read whole or refused, and the result says which one helps."""

from dataclasses import replace

import pytest

from experiments.ablation.result import Ablation, FeaturesParams
from experiments.session import ExperimentSession
from foundation.errors import InvalidParams
from fraud.metrics.estimates import Estimate


def test_every_mistake_in_the_sets_is_named_at_once() -> None:
    with pytest.raises(InvalidParams) as refused:
        FeaturesParams(
            feature_sets={"plain": [], "a": ["log_amonut"], "b": [{"amount_bins": {"bin": 3}}]}
        )
    assert "did you mean log_amount?" in str(refused.value)
    assert "b:" in str(refused.value)


def test_there_has_to_be_a_plain_set_to_compare_with() -> None:
    with pytest.raises(ValueError, match="plain"):
        FeaturesParams(feature_sets={"amounts": ["log_amount"]})


def test_the_verdict_names_the_set_that_adds_most_and_whether_chance_explains_it(
    ablated: tuple[Ablation, ExperimentSession],
) -> None:
    plain, *others = ablated[0].results
    helpful, useless = (
        replace(tried, added=replace(tried.added, difference=Estimate(gain, 0, 1), p_value=p))
        for tried, gain, p in zip(others, (0.2, 0.1), (0.01, 0.6), strict=True)
    )
    found = replace(ablated[0], results=[plain, useless, helpful])
    assert found.verdict().startswith("amounts does best beside plain")
    assert "beyond chance" in found.verdict()
    nothing = replace(ablated[0], results=[plain, useless])
    assert nothing.verdict().startswith("No set is surely better than plain; pairs")
    assert "no set to compare" in replace(ablated[0], results=[plain]).verdict()


def test_the_table_has_a_row_for_every_set_also_for_one_that_was_skipped(
    ablated: tuple[Ablation, ExperimentSession],
) -> None:
    rows = {row["feature set"]: row for row in ablated[0].table().to_dicts()}
    assert list(rows) == ["plain", "amounts", "pairs", "risk"]
    assert rows["plain"]["steps"] == "the columns as they are"
    assert rows["plain"]["adds"] == ""
    assert rows["amounts"]["steps"] == "log_amount, robust_amount"
    assert rows["amounts"]["beyond chance"] in ("yes", "no")
    assert rows["risk"]["steps"].startswith("skipped: ")


def test_what_each_set_adds_is_drawn_unless_there_is_only_the_plain_one(
    ablated: tuple[Ablation, ExperimentSession],
) -> None:
    assert ablated[0].plots.keys() == {"added"}
    assert replace(ablated[0], results=ablated[0].results[:1]).plots == {}
