"""Neural network: a small multilayer perceptron in PyTorch, trained by skorch."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from fraud.algorithms.algorithm import (
    Algorithm,
    AlgorithmTask,
    Fitted,
    Hyperparameters,
    LabelledMatrix,
    Trial,
)
from fraud.data.arrays import Matrix, Scores
from fraud.features.transforms import Standardised

if TYPE_CHECKING:
    from torch import nn
    from torch.utils.data import TensorDataset

NAME, FILE = "neural_network", "model.safetensors"
METRIC = "average_precision"
ROWS_AT_ONCE = 8192  # bounds the memory of scoring, whatever the number of rows


class NeuralNetworkHyperparameters(Hyperparameters):
    """Hyperparameters of the perceptron and of its training."""

    max_epochs: int = Field(default=25, ge=1, le=500)
    early_stopping_epochs: int = Field(default=6, ge=1, le=500)
    learning_rate: float = Field(default=0.003, gt=0, le=1)
    batch_size: int = Field(default=2048, ge=16, le=65_536)
    hidden_units: int = Field(default=64, ge=1, le=1024)
    hidden_layers: int = Field(default=2, ge=1, le=8)
    dropout: float = Field(default=0.0, ge=0, lt=1)
    weight_decay: float = Field(default=0.001, ge=0, le=10)
    scale_pos_weight: float = Field(default=2.0, gt=0, le=10_000)


def suggest(trial: Trial) -> NeuralNetworkHyperparameters:
    return NeuralNetworkHyperparameters(
        learning_rate=trial.suggest_float("learning_rate", 3e-4, 0.01, log=True),
        batch_size=trial.suggest_int("batch_size", 512, 4096, log=True),
        hidden_units=trial.suggest_int("hidden_units", 16, 128, log=True),
        hidden_layers=trial.suggest_int("hidden_layers", 1, 4),
        dropout=trial.suggest_float("dropout", 0, 0.5),
        weight_decay=trial.suggest_float("weight_decay", 1e-5, 0.1, log=True),
        scale_pos_weight=trial.suggest_float("scale_pos_weight", 1, 20, log=True),
    )


def fit(chosen: NeuralNetworkHyperparameters, task: AlgorithmTask) -> Fitted:
    """Train until average precision on validation has not improved for a while; keep the best.

    With epochs that were found before, train for so many.
    """
    from safetensors.torch import save

    epochs = task.rounds.get(NAME)
    with _seeded_on_one_thread(task.seed):
        if epochs is None:
            net, epochs = _trained_until_best(chosen, task)
        else:
            net = _trained(chosen, task, epochs)
    return Fitted({FILE: save(net.module_.state_dict())}, {NAME: epochs})


def _trained_until_best(
    chosen: NeuralNetworkHyperparameters, task: AlgorithmTask
) -> tuple[Any, int]:
    """Return the trained network of the best epoch, and the number of that epoch."""
    from skorch.callbacks import EarlyStopping
    from skorch.utils import noop

    stopping = EarlyStopping(
        METRIC,
        patience=chosen.early_stopping_epochs,
        threshold=0,
        lower_is_better=False,
        load_best=True,
        sink=noop,
    )
    net = _net(chosen, task, **_stopped_on_validation(chosen, task, stopping))
    net.fit(_tensors(task.train), None)
    # skorch takes a stop button for the end of training, and would pass half a model off as whole.
    is_whole = len(net.history) == chosen.max_epochs and METRIC in net.history[-1]
    if not is_whole and stopping.misses_ < stopping.patience:
        raise KeyboardInterrupt
    return net, int(stopping.best_epoch_)


def _trained(chosen: NeuralNetworkHyperparameters, task: AlgorithmTask, epochs: int) -> Any:
    net = _net(chosen, task, max_epochs=epochs, train_split=None)
    net.fit(_tensors(task.train), None)
    if len(net.history) < epochs:  # a stop button, as above
        raise KeyboardInterrupt
    return net


class NeuralNetworkPredictor:
    """A trained network, in evaluation mode."""

    def __init__(self, network: "nn.Sequential") -> None:
        # In float32 the last bits depend on how many rows are scored together.
        self._network = network.double().eval()

    @property
    def inputs(self) -> int:
        """The number of columns that the network takes."""
        return next(self._network.parameters()).shape[1]

    def scores(self, rows: Matrix) -> Scores:
        import torch

        with torch.inference_mode():
            starts = range(0, len(rows), ROWS_AT_ONCE)
            parts = [torch.from_numpy(rows[start : start + ROWS_AT_ONCE]) for start in starts]
            logits = torch.cat([self._network(part)[:, 0] for part in parts])
            scores: Scores = torch.sigmoid(logits).numpy()
        return scores


def load(files: Mapping[str, bytes]) -> NeuralNetworkPredictor:
    """Rebuild the network; its layers follow from the shapes of its weights."""
    import torch
    from safetensors.torch import load as tensors

    weights = tensors(files[FILE])
    hidden_units, inputs = weights["0.weight"].shape
    hidden_layers = sum(name.endswith(".weight") for name in weights) - 1
    # On "meta" no weights are drawn at random first: they would be thrown away.
    with torch.device("meta"):
        network = _network(inputs, hidden_units, hidden_layers)
    network.load_state_dict(weights, assign=True)
    return NeuralNetworkPredictor(network)


def _network(inputs: int, units: int, layers: int, dropout: float = 0.0) -> "nn.Sequential":
    from torch import nn

    widths = [inputs] + [units] * layers
    hidden = [
        part
        for before, after in pairwise(widths)
        for part in (nn.Linear(before, after), nn.ReLU(), nn.Dropout(dropout))
    ]
    return nn.Sequential(*hidden, nn.Linear(units, 1))


def _net(chosen: NeuralNetworkHyperparameters, task: AlgorithmTask, **how: Any) -> Any:
    import torch
    from skorch import NeuralNetBinaryClassifier
    from torch.utils.data import BatchSampler, RandomSampler

    return NeuralNetBinaryClassifier(
        _network(
            task.train.rows.shape[1], chosen.hidden_units, chosen.hidden_layers, chosen.dropout
        ),
        optimizer=torch.optim.AdamW,
        optimizer__weight_decay=chosen.weight_decay,
        lr=chosen.learning_rate,
        criterion__pos_weight=torch.tensor(chosen.scale_pos_weight),
        # The samplers ask for a whole batch at once: row by row an epoch takes ten times as long.
        batch_size=None,
        iterator_train__sampler=BatchSampler(
            RandomSampler(range(len(task.train.labels))), chosen.batch_size, drop_last=False
        ),
        callbacks__valid_acc=None,
        callbacks__print_log=None,
        verbose=0,
        **how,
    )


def _stopped_on_validation(
    chosen: NeuralNetworkHyperparameters, task: AlgorithmTask, stopping: Any
) -> dict[str, Any]:
    """Return the arguments of a net that early stopping ends."""
    from skorch.helper import predefined_split
    from torch.utils.data import BatchSampler, SequentialSampler

    validation = range(len(task.validation.labels))
    return {
        "max_epochs": chosen.max_epochs,
        "train_split": predefined_split(_tensors(task.validation)),
        "iterator_valid__sampler": BatchSampler(
            SequentialSampler(validation), ROWS_AT_ONCE, drop_last=False
        ),
        "callbacks": [("scoring", _scoring(chosen, task)), ("stopping", stopping)],
    }


def _scoring(chosen: NeuralNetworkHyperparameters, task: AlgorithmTask) -> Any:
    from sklearn.metrics import average_precision_score
    from skorch.callbacks import EpochScoring

    def average_precision(net: Any, validation: Any, _: Any) -> float:
        logits = net.forward(validation).numpy()
        metric = float(average_precision_score(task.validation.labels, logits))
        task.report(len(net.history), chosen.max_epochs, metric)
        return metric

    return EpochScoring(average_precision, name=METRIC, lower_is_better=False)


def _tensors(part: LabelledMatrix) -> "TensorDataset":
    import torch
    from torch.utils.data import TensorDataset

    return TensorDataset(
        torch.from_numpy(part.rows.astype(np.float32)),
        torch.from_numpy(part.labels.astype(np.float32)),
    )


@contextmanager
def _seeded_on_one_thread(seed: int) -> Iterator[None]:
    """Seed torch, and leave its global state as it was.

    One thread: on matrices this small threads mostly wait for each other, and they reorder sums.
    """
    import torch

    threads = torch.get_num_threads()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(threads)


NEURAL_NETWORK = Algorithm(
    name=NAME,
    libraries=("torch",),
    files=(FILE,),
    hyperparameters=NeuralNetworkHyperparameters,
    transform=Standardised,
    suggest=suggest,
    fit=fit,
    load=load,
)
