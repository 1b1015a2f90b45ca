"""Unknown texts: why a category has texts that the model does not know, as far as they tell."""

import difflib
import unicodedata
from collections.abc import Callable, Sequence

SHOWN = 3  # texts of a category in a sentence
CLOSE = 0.75  # of a match, from 0 to 1


def listed(texts: Sequence[str]) -> str:
    """Return the first few texts, for a sentence."""
    more = ", …" if len(texts) > SHOWN else ""
    return ", ".join(texts[:SHOWN]) + more


def probable_cause(unknown: Sequence[str], known: Sequence[str]) -> str:
    """Return what the unknown texts have probably gone through; "" where nothing explains them."""
    for question, simplified in SIMPLER:
        same = {simplified(text) for text in known}
        if known and all(simplified(text) in same for text in unknown):
            return question
    if all(text.replace(".", "", 1).isdigit() for text in unknown) and not any(
        text.replace(".", "", 1).isdigit() for text in known
    ):
        return "numbers instead of texts?"
    close = [difflib.get_close_matches(text, known, n=1, cutoff=CLOSE) for text in unknown]
    return "another spelling?" if known and all(close) else ""


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if letter.isalnum())


SIMPLER: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("spaces around them?", str.strip),
    ("another case?", lambda text: text.strip().casefold()),
    ("another spelling?", _letters),
)
