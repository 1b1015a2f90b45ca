"""Out-of-bag rows: the rows that a fitted model is measured on, none of them learned from."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fraud.data.arrays import Integers, Scores
from fraud.data.labelled_rows import LabelledRows
from fraud.model.bagging import dealt_rows

if TYPE_CHECKING:
    from fraud.model.fraud_model import FraudModel


@dataclass(frozen=True)
class OutOfBag:
    """Rows, and for each the number of the bag (from 0) that was fitted without it."""

    rows: LabelledRows
    bag: Integers

    def scores(self, model: "FraudModel") -> Scores:
        """Return the score of each row by the bag that was fitted without it."""
        return model.scores_by_bag(self.rows.rows, self.bag)


def out_of_bag(model: "FraudModel", train: LabelledRows, validation: LabelledRows) -> OutOfBag:
    """Return the rows that each bag of a model was fitted without.

    Of several bags those are all rows, for each is left out by one bag; of a single one, they are
    the validation rows. `train` and `validation` are the rows that the model was made from.
    """
    bags = model.recipe.bags
    if bags == 1:
        return OutOfBag(validation, np.zeros(len(validation.labels), dtype=np.int64))
    return OutOfBag(*dealt_rows(train, validation, bags=bags, seed=model.description.seed))
