"""Champion: the model that a candidate has to beat, trained on rows that make this fair."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from catalog.labelled_splits import read_development
from catalog.prepared_data import Manifest
from foundation.errors import InvalidData, InvalidParams
from foundation.executions import Execution
from foundation.production.config import ProductionConfig
from fraud.model.recipe import Recipe
from promotion.comparison.current_model import CurrentModel, load_current_model

if TYPE_CHECKING:
    from fraud.data.labelled_rows import LabelledRows
    from fraud.model.fraud_model import FraudModel

WAY_OUT = "`--force` with a reason and an approver promotes without a comparison."


@dataclass(frozen=True)
class Champion:
    """A model, and a description of its origin.

    A champion that was made from other rows than the candidate is trained again on the candidate's:
    both learned from the same rows, and neither from the test rows.
    """

    model: "FraudModel"
    origin: str
    promotion_id: str | None = None
    model_digest: str | None = None
    retrained: bool = False
    is_simulated: bool | None = None  # whether its data is simulated; None if no longer known


@dataclass(frozen=True)
class Incomparable:
    """The reason why the model in production cannot be compared with a candidate.

    The verdict is hold where more evidence could change it, fail where nothing can.
    """

    gate: Literal["same data", "champion"]
    verdict: Literal["hold", "fail"]
    reason: str


def load_champion(
    config: ProductionConfig | None, manifest: Manifest, execution: Execution
) -> Champion | Incomparable | None:
    """Load, or train again, the model that production would train or serves, for these test rows.

    `config` is the promoted configuration, `manifest` the prepared data of the candidate. Returns
    None when nothing was promoted and nothing is deployed.
    """
    current = load_current_model(config, execution)
    if current is None:
        return None
    if current.data_digest != manifest.data_digest and (why := _data_mismatch(current, manifest)):
        return why
    if current.model is not None and current.data_digest == manifest.data_digest:
        return _champion(current, _with_current_threshold(current, current.model), current.what)
    return _retrain(current, manifest, execution)


def with_compatible_columns(
    found: Champion | Incomparable | None, rows: "LabelledRows"
) -> Champion | Incomparable | None:
    """Return the champion, or Incomparable when the rows lack its columns or code them differently.

    Anything but a champion is returned as it is.
    """
    if not isinstance(found, Champion):
        return found
    model = found.model
    missing = [name for name in model.columns if name not in rows.columns]
    coded = {name: texts for name, texts in rows.categories.items() if name in model.columns}
    if not missing and model.categories == coded:
        return found
    what = f"columns {', '.join(missing)}" if missing else "other texts in its categories"
    reason = f"The champion, {found.origin}, needs {what}: it cannot score these rows. {WAY_OUT}"
    return Incomparable("same data", "fail", reason)


def _data_mismatch(current: CurrentModel, manifest: Manifest) -> Incomparable | None:
    """Return why models of these different data sets cannot be compared; None if they can."""
    what, simulated = current.what, current.is_simulated
    if current.data is None:
        reason = f"nobody can tell any more which data {what} was made from"
        return _incomparable("hold", reason)
    if current.data != manifest.data:
        reason = (
            f"{what} was made from the data set {current.data}, the candidate from "
            f"{manifest.data}, which says nothing about the other"
        )
        return _incomparable("fail", reason)
    if simulated is None and manifest.simulated:
        reason = f"the candidate's data is simulated, and nobody can tell whether that of {what} is"
        return _incomparable("hold", reason)
    if simulated is not None and simulated != manifest.simulated:
        of = {True: "simulated", False: "real"}
        reason = (
            f"{what} was made from {of[simulated]} transactions, the candidate from "
            f"{of[manifest.simulated]} ones"
        )
        return _incomparable("fail", reason)
    return None


def _incomparable(verdict: Literal["hold", "fail"], reason: str) -> Incomparable:
    return Incomparable("same data", verdict, f"{reason[0].upper()}{reason[1:]}. {WAY_OUT}")


def _retrain(
    current: CurrentModel, manifest: Manifest, execution: Execution
) -> Champion | Incomparable:
    try:
        model = _fit(current, manifest, execution)
    except (InvalidParams, InvalidData) as error:
        problems = "; ".join(error.problems) if isinstance(error, InvalidParams) else str(error)
        return Incomparable(
            "champion",
            "hold",
            f"The configuration of {current.what} cannot be trained on the candidate's rows, so "
            f"nobody knows which is better: {problems.removesuffix('.')}. {WAY_OUT}",
        )
    because = "it was made from others" if current.model else "its own model is not kept"
    origin = f"{current.what}, trained again on these rows, because {because}"
    return _champion(current, model, origin, retrained=True)


def _champion(
    current: CurrentModel, model: "FraudModel", origin: str, *, retrained: bool = False
) -> Champion:
    return Champion(
        model=model,
        origin=origin,
        promotion_id=current.promotion_id,
        model_digest=current.model_digest,
        retrained=retrained,
        is_simulated=current.is_simulated,
    )


def _fit(current: CurrentModel, manifest: Manifest, execution: Execution) -> "FraudModel":
    from fraud.model.fraud_model import fit
    from fraud.model.refit import refitted

    development = read_development(execution, manifest)
    model = fit(
        current.algorithm,
        current.hyperparameters,
        development.train,
        development.validation,
        seed=current.seed,
        recipe=Recipe.checked(current.recipe, source="its recipe"),
        threads=1,  # a repeated comparison gives the same figures to the last digit
    )
    final = refitted(model, development.train, development.validation, threads=1)
    return _with_current_threshold(current, final)


def _with_current_threshold(current: CurrentModel, model: "FraudModel") -> "FraudModel":
    return model if current.threshold is None else model.with_threshold(current.threshold)
