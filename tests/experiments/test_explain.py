"""A recorded model is explained on rows it did not learn from, all together and one by one."""

from pathlib import Path

import numpy as np
import pytest

from experiments.explain import ExplainedModel, explain
from fakes.studies.tuning import session_in, tuned_in
from foundation.errors import InvalidParams, NotFound
from plots.layout.canvas import png


@pytest.fixture(scope="module")
def explained(tmp_path_factory: pytest.TempPathFactory) -> ExplainedModel:
    session = session_in(tmp_path_factory.mktemp("state"))
    # Few and flat trees: any forest will do, and SHAP values take time in proportion to its leaves.
    few_trees = {"n_estimators": {"values": [20]}, "max_depth": [4, 6]}
    tuned_in(
        session, algorithms=["random_forest"], trials=2, search_space={"random_forest": few_trees}
    )
    return explain(session=session, count=40)


def test_the_newest_tuned_model_is_explained_on_validation_rows(explained: ExplainedModel) -> None:
    assert explained.recorded.model.algorithm == "random_forest"
    assert len(explained.explanation.values) == 40
    strongest = explained.importances()["column"][0]
    assert strongest == "V1"  # nearly tells who is a fraud


def test_the_effects_of_a_transaction_add_up_to_its_score(explained: ExplainedModel) -> None:
    one = explained.explanation.one(explained.explanation.riskiest)
    raw = explained.recorded.model.uncalibrated_scores(
        explained.rows.take(explained.explanation.chosen).rows
    )
    said = one.base + one.values.sum()
    assert np.isclose(said, raw[explained.explanation.riskiest], atol=1e-6)


def test_both_pictures_can_be_drawn(explained: ExplainedModel) -> None:
    for figure in (explained.plot(), explained.transaction(0)):
        assert png(figure).startswith(b"\x89PNG")


def test_there_is_no_transaction_beyond_the_last(explained: ExplainedModel) -> None:
    with pytest.raises(InvalidParams, match="counted from 0"):
        explained.transaction(40)


def test_before_anything_is_tuned_it_says_how(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="ceap tune"):
        explain(session=session_in(tmp_path))
