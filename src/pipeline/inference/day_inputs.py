"""Day inputs: what the model was given on a day, counted by score and compared by monitor."""

from pydantic import ValidationError

from catalog.model_archive import read_input_reference
from foundation.errors import DigestMismatch, InvalidData, NotFound
from foundation.executions import Execution
from fraud.monitoring.inputs.summaries import column_kinds, summaries
from fraud.monitoring.inputs.summary import DayInputs, InputReference
from fraud.scoring.model_columns import ModelColumns
from fraud.scoring.requests import Incoming
from pipeline.inference.scored import STAGE, InputCounts

INPUTS = "inputs.json"
SAMPLE = 5_000  # rows that quantiles are taken of: with more, a day tells no more of a column
NO_REFERENCE = (
    "Inputs have no reference: the model was trained before training left one. They are compared "
    "with the last days only, until a model is trained again: ceap run training."
)


def day_inputs(
    execution: Execution,
    incoming: Incoming,
    columns: ModelColumns,
    *,
    model_digest: str,
    reference_digest: str | None,
) -> DayInputs:
    """Count missing, unknown and unusual values of every column of the accepted transactions.

    A reference that is gone or damaged does not stop a day: it is said in `reference_problem`.
    """
    reference, problem = find_reference(execution, model_digest, reference_digest)
    roles = columns.roles
    kinds = column_kinds(columns.names, columns.categories, amount=roles.amount, time=roles.time)
    return DayInputs(
        columns=summaries(
            incoming.model_rows(),
            kinds,
            columns.categories,
            texts=incoming.texts,
            ranges=reference.ranges if reference else None,
            sample=SAMPLE,
        ),
        fields=incoming.fields,
        reference=reference_digest if reference else None,
        reference_problem=problem,
    )


def find_reference(
    execution: Execution, model_digest: str, reference_digest: str | None
) -> tuple[InputReference | None, str]:
    """Read what the train rows of the model held; without it, a sentence says why."""
    if reference_digest is None:
        return None, NO_REFERENCE
    try:
        return read_input_reference(execution, model_digest, reference_digest), ""
    except (NotFound, DigestMismatch, InvalidData) as error:
        return None, f"Inputs are compared with the last days only. {error}"


def input_counts(inputs: DayInputs) -> dict[str, InputCounts]:
    """Return the counts of each column, for people."""
    return {
        name: InputCounts(
            missing=each.missing,
            unknown=each.unknown,
            outside=each.outside,
            constant=each.is_constant,
        )
        for name, each in inputs.columns.items()
    }


def write_inputs(execution: Execution, inputs: DayInputs) -> None:
    """Write the counts and quantiles of every column for monitor."""
    execution.write_for(STAGE, INPUTS, inputs.model_dump_json().encode())


def read_inputs(execution: Execution) -> DayInputs | None:
    """Read what score counted; None where an earlier version scored the day, and counted nothing.

    Raises InvalidData for a damaged file.
    """
    try:
        data = execution.read_from(STAGE, INPUTS)
    except NotFound:
        return None
    try:
        return DayInputs.model_validate_json(data)
    except ValidationError as error:
        message = (
            f"{STAGE}/{INPUTS} of execution {execution.id} does not hold the inputs of a day: "
            f"{error}. Run score again; nothing was touched."
        )
        raise InvalidData(message) from error
