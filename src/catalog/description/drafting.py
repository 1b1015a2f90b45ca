"""Drafting: decides the role of each column, by the values and the names, or leaves a question."""

from collections.abc import Sequence

from catalog.description.column_choice import (
    choose_amount,
    choose_identifier_and_parties,
    leave_out_empty_and_index,
    sort_out_the_rest,
)
from catalog.description.draft import Draft
from catalog.description.guess import Ask, Guess
from catalog.description.label_choice import choose_label
from catalog.description.notation import read_notation
from catalog.description.survey import FileSurvey
from catalog.description.time_choice import choose_time
from catalog.description.unfinished_draft import UnfinishedDraft


def draft_description(
    survey: FileSurvey, file_guesses: Sequence[Guess], *, name: str, raw: str, ask: Ask
) -> Draft:
    """Return the draft of `params/data/{name}.yaml` for the file that is stored as `raw`.

    `ask` answers the questions that the file leaves open; those it answers with None stay open.
    """
    drafting = UnfinishedDraft(survey, ask)
    drafting.add("name", name, "")
    drafting.add("raw", raw, "in the data bucket, under raw/")
    least = max(1, survey.rows // 2)
    drafting.add("minimum_rows", least, "a file with fewer rows is taken for a truncated one")
    drafting.guesses += file_guesses
    read_notation(drafting)
    leave_out_empty_and_index(drafting)
    choose_label(drafting)
    choose_time(drafting)
    choose_amount(drafting)
    choose_identifier_and_parties(drafting)
    sort_out_the_rest(drafting)
    return Draft(
        survey, tuple(drafting.guesses), tuple(drafting.questions), tuple(drafting.in_file_order())
    )
