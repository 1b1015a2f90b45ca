"""Model archive: a trained model with its lineage, stored under the digest of its files."""

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from foundation import locations
from foundation.digests import digest_of_bytes, digest_of_files
from foundation.errors import DigestMismatch, InvalidData, NotFound
from foundation.executions import Execution
from foundation.lineage import Lineage
from foundation.locations import uri
from foundation.record import Record
from foundation.stores.archives import pack, unpack
from fraud.data.arrays import Floats
from fraud.scoring.model_columns import ModelColumns

if TYPE_CHECKING:
    from fraud.data.labelled_rows import LabelledRows
    from fraud.model.fraud_model import FraudModel
    from fraud.monitoring.inputs.summary import InputReference

METADATA = "metadata.json"
INPUTS = "inputs.json"  # what the train rows held, column by column: the reference of monitoring
FORMAT = 1
GOLDEN_RTOL = 1e-9  # other machines sum in another order; a wrong model is much further off


class GoldenRows(Record):
    """Golden rows: a few rows with the scores of training, which the model must always reproduce.

    None is a missing value: JSON has no NaN.
    """

    rows: list[list[float | None]]
    scores: list[float]

    def matrix(self) -> Floats:
        """Return the rows as float64[n, columns], NaN for what is missing."""
        return np.array(self.rows, dtype=np.float64)  # NaN for None

    def require_scores(self, computed: Floats, *, source: str) -> None:
        """Raise InvalidData, naming the first row that differs, unless `computed` are these scores.

        `source` names the origin of `computed` in messages.
        """
        expected = np.array(self.scores)
        if computed.shape != expected.shape:
            message = f"{source} gave {computed.size} scores for {expected.size} golden rows."
            raise InvalidData(message)
        wrong = np.flatnonzero(~np.isclose(computed, expected, rtol=GOLDEN_RTOL, atol=0))
        if len(wrong):
            row = int(wrong[0])
            message = (
                f"{source} must give the golden rows the scores of the training, but row {row + 1} "
                f"of {len(expected)} is now {computed[row]!r} and was {expected[row]!r} "
                f"({len(wrong)} differ)."
            )
            raise InvalidData(message)


class ModelMetadata(Lineage):
    """Lineage, columns, threshold and golden rows of a model: `metadata.json`."""

    format: int = FORMAT
    algorithm: str
    columns: list[str]
    threshold: float
    golden: GoldenRows


@dataclass(frozen=True)
class LoadedModel:
    """A model ready to score, with its metadata and digest."""

    model: "FraudModel"
    metadata: ModelMetadata
    digest: str


@dataclass(frozen=True)
class DescribedModel:
    """Metadata and columns of a stored model, read without loading the model.

    `input_reference` is the digest of `inputs.json`; None for models from before there was one.
    """

    metadata: ModelMetadata
    columns: ModelColumns
    input_reference: str | None = None


def golden_rows(model: "FraudModel", validation: "LabelledRows", count: int) -> GoldenRows:
    """Return `count` validation rows with their scores, half of them frauds if there are enough."""
    frauds = np.flatnonzero(validation.labels == 1)[: (count + 1) // 2]
    others = np.flatnonzero(validation.labels == 0)[: count - len(frauds)]
    rows = validation.rows[np.sort(np.concatenate([frauds, others]))]
    cells = [[None if isnan(value) else value for value in row] for row in rows.tolist()]
    return GoldenRows(rows=cells, scores=model.scores(rows).tolist())


def store_model(
    execution: Execution,
    model: "FraudModel",
    metadata: ModelMetadata,
    inputs: "InputReference | None" = None,
) -> str:
    """Write the archive under `models/{digest}/`, and return the digest.

    Metadata and `inputs` also lie beside the archive, to be read without it.
    """
    beside = {METADATA: metadata.to_json()}
    if inputs is not None:
        beside[INPUTS] = inputs.to_json()
    files = {**model.to_files(), **beside}
    digest, bucket = digest_of_files(files), execution.settings.models_bucket
    execution.write(bucket, locations.model_archive_key(digest), pack(files))
    for name, data in beside.items():
        execution.write(bucket, locations.model_key(digest, name), data)
    return digest


def load_model(execution: Execution, digest: str) -> LoadedModel:
    """Load a model for scoring; raises as `read_archive` does."""
    from fraud.model.fraud_model import FraudModel

    files = read_archive(execution, digest)
    metadata = ModelMetadata.model_validate_json(files.pop(METADATA))
    return LoadedModel(FraudModel.from_files(files), metadata, digest)


def describe_model(execution: Execution, digest: str) -> DescribedModel:
    """Read metadata and columns of a model without loading it; raises as `read_archive` does."""
    from fraud.model.description import read_description

    files = read_archive(execution, digest)
    metadata = ModelMetadata.model_validate_json(files[METADATA])
    reference = digest_of_bytes(files[INPUTS]) if INPUTS in files else None
    return DescribedModel(metadata, ModelColumns.of(read_description(files)), reference)


def read_metadata(execution: Execution, digest: str) -> ModelMetadata:
    """Read the metadata inside the archive, which the digest covers.

    Raises as `read_archive` does.
    """
    return ModelMetadata.model_validate_json(read_archive(execution, digest)[METADATA])


def read_archive(execution: Execution, digest: str) -> dict[str, bytes]:
    """Read the files of a model by name.

    Raises:
        NotFound: No model of this digest is stored.
        DigestMismatch: The files are not the ones that were stored.
    """
    bucket, key = execution.settings.models_bucket, locations.model_archive_key(digest)
    try:
        files = unpack(execution.read(bucket, key))
    except NotFound as error:
        message = f"Model {digest} is gone: {error}. Run train again; nothing was touched."
        raise NotFound(message) from error
    found = digest_of_files(files)
    if found != digest:
        way_out = "It was not used; run train again."
        raise DigestMismatch(uri(bucket, key), expected=digest, found=found, way_out=way_out)
    return files


def read_input_reference(execution: Execution, digest: str, expected: str) -> "InputReference":
    """Read the reference of a model's inputs, which lies beside its archive.

    Args:
        execution: The execution that reads it.
        digest: The digest of the model.
        expected: The digest of the reference, as `describe_model` gives it.

    Raises:
        NotFound: The reference is gone.
        DigestMismatch: The reference is not that of the training.
        InvalidData: The reference is of another version.
    """
    from pydantic import ValidationError

    from fraud.monitoring.inputs.summary import InputReference

    bucket, key = execution.settings.models_bucket, locations.model_key(digest, INPUTS)
    data = execution.read(bucket, key)
    found = digest_of_bytes(data)
    if found != expected:
        way_out = "It was not used; run training again."
        raise DigestMismatch(uri(bucket, key), expected=expected, found=found, way_out=way_out)
    try:
        return InputReference.model_validate_json(data)
    except ValidationError as error:
        message = f"{uri(bucket, key)} does not hold the inputs of a training: {error}."
        raise InvalidData(message) from error
