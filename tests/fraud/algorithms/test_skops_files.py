"""skops files: the same estimator gives the same bytes, and they hold plain arrays only."""

import io
import zipfile

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier
from skops.io.exceptions import UntrustedTypesFoundException

from fakes.data.labelled_rows import fake_rows, fitted
from fakes.processes.imports import loaded_with
from fraud.algorithms import skops_files

LABELS = fake_rows(1, 200).labels
MATRIX = fake_rows(1, 200).rows[:, :4]


def test_an_estimator_predicts_the_same_after_a_load():
    estimator = LogisticRegression().fit(MATRIX, LABELS)
    loaded = skops_files.loads(skops_files.dumps(estimator))
    assert np.array_equal(loaded.predict_proba(MATRIX), estimator.predict_proba(MATRIX))


def test_equal_estimators_give_equal_bytes_wherever_they_lie_in_memory():
    kept = [LogisticRegression().fit(MATRIX, LABELS) for _ in range(3)]
    assert len({skops_files.dumps(estimator) for estimator in kept}) == 1
    other = LogisticRegression(C=0.1).fit(MATRIX, LABELS)
    assert skops_files.dumps(other) != skops_files.dumps(kept[0])


def test_a_type_that_nobody_vouches_for_is_not_loaded():
    data = skops_files.dumps(DecisionTreeClassifier(max_depth=2).fit(MATRIX, LABELS))
    with pytest.raises(UntrustedTypesFoundException, match=r"sklearn\.tree\._tree\.Tree"):
        skops_files.loads(data)
    tree = skops_files.loads(data, trusted=["sklearn.tree._tree.Tree"])
    assert tree.predict_proba(MATRIX).shape == (200, 2)


@pytest.mark.parametrize("name", ["random_forest", "logistic_regression"])
def test_a_scikit_learn_file_holds_one_schema_and_plain_arrays(name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(fitted(name).to_files()["model.skops"])) as archive:
        arrays = [file for file in archive.namelist() if file != "schema.json"]
        assert len(arrays) == len(archive.namelist()) - 1
        for file in arrays:
            np.load(io.BytesIO(archive.read(file)), allow_pickle=False)


def test_what_is_hidden_from_skops_it_would_import() -> None:
    not_imported = set(skops_files.UNNEEDED) - loaded_with("import skops.io", skops_files.UNNEEDED)
    assert not not_imported, (
        f"skops no longer imports {not_imported}: remove them from fraud.algorithms.skops_files, "
        "UNNEEDED"
    )


def test_skops_would_look_for_every_function_of_scipy() -> None:
    recording = (
        "import scipy.special, sys\n"
        "def names():\n"
        "    sys.modules['looked'] = sys\n"
        "    return []\n"
        "scipy.special.__dir__ = names\n"
        "import skops.io"
    )
    assert loaded_with(recording, ["looked"]) == {"looked"}, (
        "skops no longer lists the functions of scipy.special when it is imported: remove "
        "_without_names from fraud.algorithms.skops_files"
    )


def test_saving_an_estimator_loads_neither_pytorch_nor_pytest() -> None:
    saving = (
        "from sklearn.linear_model import LogisticRegression\n"
        "from fraud.algorithms import skops_files\n"
        "skops_files.dumps(LogisticRegression())\n"
        "import scipy.special\n"
        "assert 'expit' in dir(scipy.special)  # hidden for a moment only"
    )
    assert loaded_with(saving, ["skops.io", "torch", "pytest"]) == {"skops.io"}
