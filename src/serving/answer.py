"""Answer: the scores in the format that the Accept of a request asks for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus

import numpy as np
import orjson

from fraud.data.arrays import Scores
from serving.rejection import Rejected, clipped

CUSTOM_ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes"  # what InvokeEndpoint hands on


@dataclass(frozen=True)
class Answer:
    """The scores of the rows of a request, in order, by the model with this digest."""

    scores: Scores
    model_digest: str

    @property
    def headers(self) -> dict[str, str]:
        """The digest of the model, for the formats that have no place for it in the body."""
        return {CUSTOM_ATTRIBUTES: f"model_digest={self.model_digest}"}


def as_json(answer: Answer) -> bytes:
    """Return one object: the digest of the model, and a list of scores."""
    scores = np.ascontiguousarray(answer.scores)
    content = {"model_digest": answer.model_digest, "scores": scores}
    return orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY)


def as_csv(answer: Answer) -> bytes:
    """Return one score a line, without a header, each with every digit of its shortest form."""
    return "".join(f"{score!r}\n" for score in answer.scores.tolist()).encode()


def as_json_lines(answer: Answer) -> bytes:
    """Return one object a line: the score of one row."""
    return b"".join(
        orjson.dumps({"score": score}, option=orjson.OPT_APPEND_NEWLINE)
        for score in answer.scores.tolist()
    )


# The first is for whoever takes anything.
WRITERS: dict[str, Callable[[Answer], bytes]] = {
    "application/json": as_json,
    "text/csv": as_csv,
    "application/jsonlines": as_json_lines,
}


@dataclass(frozen=True)
class MediaRange:
    """One element of an Accept header: what it matches, and how much it is wanted, from 0 to 1."""

    kind: str
    quality: float
    place: int

    def specificity(self, kind: str) -> int | None:
        """Return 2 for this very type, 1 for `type/*`, 0 for `*/*`; None for any other type."""
        top = kind.partition("/")[0]
        return {kind: 2, f"{top}/*": 1, "*/*": 0, "*": 0}.get(self.kind)


def accepted_type(accept: str) -> str:
    """Return the type of WRITERS that an Accept header wants most.

    A header that is missing or empty takes anything. Of types that are wanted equally, that which
    is named more closely is taken, then that which is named first.

    Raises:
        Rejected: None of the types is wanted (406); the message lists them.

    Source: RFC 9110, section 12.5.1.
    """
    ranges = list(_ranges(accept)) if accept.strip() else [MediaRange("*/*", 1.0, 0)]
    wanted = [(rank, kind) for kind in WRITERS if (rank := _rank(kind, ranges))[0] > 0]
    if not wanted:
        message = (
            f"The Accept must take one of {', '.join(WRITERS)}, but it is {clipped(repr(accept))}."
        )
        raise Rejected(message, status=HTTPStatus.NOT_ACCEPTABLE)
    return max(wanted, key=lambda each: each[0])[1]  # of equal ranks, the first of WRITERS


def _ranges(accept: str) -> Iterator[MediaRange]:
    for place, element in enumerate(accept.split(",")):
        kind, *parameters = (part.strip().lower() for part in element.split(";"))
        weights = [text.removeprefix("q=") for text in parameters if text.startswith("q=")]
        quality = _quality(weights[0]) if weights else 1.0
        if kind and quality is not None:
            yield MediaRange(kind, quality, place)


def _quality(text: str) -> float | None:
    try:
        quality = float(text)
    except ValueError:
        return None
    return quality if 0 <= quality <= 1 else None


def _rank(kind: str, ranges: list[MediaRange]) -> tuple[float, int, int]:
    """Return how much a type is wanted: by the closest range that matches the type."""
    matching = [
        (specificity, -each.place, each.quality)
        for each in ranges
        if (specificity := each.specificity(kind)) is not None
    ]
    if not matching:
        return 0.0, 0, 0
    specificity, place, quality = max(matching)
    return quality, specificity, place
