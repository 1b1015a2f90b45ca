"""A forest is the mean vote of its trees, and is refused when a tree points outside itself."""

import io
import zipfile

import numpy as np
import pytest

from fakes.data.labelled_rows import fake_rows, fitted, quick_fit
from fraud.algorithms import skops_files
from fraud.algorithms.random_forest import FILE, RANDOM_FOREST
from fraud.features.transforms import TimeOfDay


def forged(data: bytes, field: str, value: int) -> bytes:
    """Point every node of every tree in a saved forest somewhere else."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as found, zipfile.ZipFile(result, "w") as written:
        for name in found.namelist():
            content = found.read(name)
            if name.endswith(".npy"):
                nodes = np.load(io.BytesIO(content), allow_pickle=False)
                if field in (nodes.dtype.names or ()):
                    nodes[field] = value
                    file = io.BytesIO()
                    np.save(file, nodes, allow_pickle=False)
                    content = file.getvalue()
            written.writestr(name, content)
    return result.getvalue()


@pytest.mark.parametrize(
    ("field", "value"),
    [("left_child", 10**6), ("right_child", -2), ("left_child", 0), ("feature", 99)],
)
def test_a_forest_that_points_outside_itself_is_refused(field: str, value: int) -> None:
    files = fitted("random_forest").to_files()
    with pytest.raises(ValueError, match="points outside itself"):
        RANDOM_FOREST.load({FILE: forged(files[FILE], field, value)})


def test_scores_are_those_of_scikit_learn_and_the_same_at_each_call() -> None:
    files, rows = fitted("random_forest").to_files(), TimeOfDay().apply(fake_rows(5, 50).rows)
    forest = skops_files.loads(files[FILE], trusted=["sklearn.tree._tree.Tree"])
    predictor = RANDOM_FOREST.load({FILE: files[FILE]})
    once = predictor.scores(rows)
    np.testing.assert_allclose(once, forest.predict_proba(rows)[:, 1], atol=1e-12)
    assert np.array_equal(once, predictor.scores(rows))
    assert once.max() <= 1


def test_a_forest_does_not_remember_how_many_threads_grew_it() -> None:
    one, two = (quick_fit("random_forest", threads=threads).to_files() for threads in (1, 2))
    assert one == two
