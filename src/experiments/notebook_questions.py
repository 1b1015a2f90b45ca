"""Notebook questions: asks in the cell that runs, where somebody sits at the notebook."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from catalog.description.guess import Question


def in_kernel() -> bool:
    """Return whether this process is the kernel of a notebook."""
    return type(sys.stdout).__module__.startswith("ipykernel.")


def ask_below_cell(question: "Question", read: "Callable[[str], str]" = input) -> str | None:
    """Ask in an input field below the cell; None where nobody answers, or can.

    A notebook that papermill runs has no such field.
    """
    from IPython.core.error import StdinNotImplementedError

    suggested = "" if question.suggestion is None else f" [{question.suggestion}]"
    try:
        answer = read(f"{question.sentence[0].upper()}{question.sentence[1:]}{suggested} ").strip()
    except StdinNotImplementedError:
        return None
    return answer or (None if question.suggestion is None else str(question.suggestion))
