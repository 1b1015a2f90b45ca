"""Early stopping ends when validation stops improving, keeps the best, and hides no stop button."""

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss

from fakes.data.labelled_rows import fake_rows, fitted, quick_fit

ROUNDS = {"xgboost": "n_estimators", "lightgbm": "n_estimators", "neural_network": "max_epochs"}
PATIENCE = {
    "xgboost": "early_stopping_rounds",
    "lightgbm": "early_stopping_rounds",
    "neural_network": "early_stopping_epochs",
}
every_iterative = pytest.mark.parametrize("name", ROUNDS)
Progress = list[tuple[int, int, float]]


@every_iterative
def test_it_stops_after_so_many_rounds_without_a_better_one(name: str) -> None:
    heard: Progress = []
    few = {ROUNDS[name]: 300, PATIENCE[name]: 4}
    model = quick_fit(name, hyperparameters=few, on_progress=lambda *one: heard.append(one))
    assert model.best_iteration is not None
    assert len(heard) == model.best_iteration + 4 < 300


@every_iterative
def test_progress_counts_from_1_and_the_best_round_is_kept(name: str) -> None:
    heard: Progress = []
    model = quick_fit(name, on_progress=lambda *one: heard.append(one))
    iterations, of, metrics = zip(*heard, strict=True)
    assert list(iterations) == list(range(1, len(heard) + 1))
    assert set(of) == {model.hyperparameters[ROUNDS[name]]}
    assert all(0 <= metric <= 1 for metric in metrics)
    assert 1 <= (model.best_iteration or 0) <= len(heard)


@pytest.mark.parametrize("name", ["xgboost", "lightgbm"])
def test_trees_keep_the_rounds_with_the_least_log_loss_on_validation(name: str) -> None:
    validation = fake_rows(2)
    best = quick_fit(name)
    assert best.best_iteration is not None
    for rounds in {1, best.best_iteration // 2, best.best_iteration - 1} - {0}:
        fewer = quick_fit(name, hyperparameters={ROUNDS[name]: rounds, PATIENCE[name]: 1000})
        losses = [log_loss(validation.labels, m.scores(validation.rows)) for m in (best, fewer)]
        assert losses[0] <= losses[1]


@pytest.mark.parametrize("name", ["xgboost", "lightgbm"])
def test_whether_anybody_listens_changes_nothing(name: str) -> None:
    assert quick_fit(name).to_files() == quick_fit(name, on_progress=lambda *_: None).to_files()


@every_iterative
def test_training_for_only_the_best_rounds_gives_the_same_model(name: str) -> None:
    whole = quick_fit(name)
    again = quick_fit(name, hyperparameters={ROUNDS[name]: whole.best_iteration})
    rows = fake_rows(5).rows
    assert again.best_iteration == whole.best_iteration
    assert np.array_equal(again.scores(rows), whole.scores(rows))


class Pruned(Exception):
    """What a search raises when a fit is not worth finishing."""


@every_iterative
@pytest.mark.parametrize("last", [2, 12])
@pytest.mark.parametrize("kind", [KeyboardInterrupt, Pruned])
def test_what_progress_raises_ends_it_and_no_half_trained_model_comes_back(
    name: str, last: int, kind: type[BaseException]
) -> None:
    def stop(iteration: int, of: int, metric: float) -> None:
        if iteration == last:
            raise kind

    rounds = {ROUNDS[name]: 12, PATIENCE[name]: 12}
    with pytest.raises(kind):
        quick_fit(name, hyperparameters=rounds, threads=1, on_progress=stop)


@every_iterative
def test_a_fit_after_one_that_was_ended_gives_the_same_model(name: str) -> None:
    def stop(iteration: int, of: int, metric: float) -> None:
        raise Pruned

    threads = torch.get_num_threads()
    with pytest.raises(Pruned):
        quick_fit(name, on_progress=stop)
    assert torch.get_num_threads() == threads
    assert quick_fit(name).to_files() == fitted(name).to_files()
