"""A network keeps its best epoch, scores rows alike in any number, and leaves torch alone."""

import numpy as np
import torch
from safetensors.torch import load as tensors

from fakes.data.labelled_rows import fake_rows, fitted, quick_fit
from fraud.algorithms.neural_network import FILE, ROWS_AT_ONCE, load
from fraud.features.transforms import Standardised
from fraud.metrics.log_odds import expit

Progress = list[tuple[int, int, float]]


def test_a_network_keeps_the_epoch_with_the_best_average_precision() -> None:
    heard: Progress = []
    model = quick_fit("neural_network", on_progress=lambda *one: heard.append(one))
    metrics = [metric for *_, metric in heard]
    assert model.best_iteration == metrics.index(max(metrics)) + 1


def test_training_a_network_leaves_the_random_state_and_threads_of_torch_alone() -> None:
    before, threads = torch.get_rng_state(), torch.get_num_threads()
    quick_fit("neural_network")
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.get_num_threads() == threads


def test_the_layers_of_a_loaded_network_are_those_of_its_weights() -> None:
    shape = {"hidden_units": 7, "hidden_layers": 3, "max_epochs": 1}
    data = quick_fit("neural_network", hyperparameters=shape).to_files()[FILE]
    weights = {name: part.numpy().astype(float) for name, part in tensors(data).items()}
    rows = Standardised.fit(fake_rows(1)).apply(fake_rows(3, 10).rows)
    values = rows
    for place in (0, 3, 6, 9):  # of the layers: each but the last has an activation and a dropout
        values = np.maximum(values, 0) if place else values
        values = values @ weights[f"{place}.weight"].T + weights[f"{place}.bias"]
    assert len(weights) == 8
    network = load({FILE: data})
    assert network.inputs == rows.shape[1]
    np.testing.assert_allclose(network.scores(rows), expit(values[:, 0]), rtol=1e-9)


def test_rows_are_scored_alike_on_both_sides_of_a_batch() -> None:
    rows = np.tile(fake_rows(3, 10).rows, (ROWS_AT_ONCE // 10 + 2, 1))
    scores = fitted("neural_network").scores(rows)
    np.testing.assert_allclose(scores[:10], scores[-10:], rtol=1e-12)
