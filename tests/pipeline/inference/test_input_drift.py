"""Input drift: findings of a day, grouped and short enough to be read."""

from fraud.monitoring.inputs.finding import InputFinding
from pipeline.inference.input_drift import (
    MOST_TOLD,
    UNTIL,
    InputComparison,
    input_headline,
    input_sentences,
    lasting_notes,
    worst_inputs,
)


def found(number: int, verdict="drift") -> InputFinding:
    name = f"v{number}"
    return InputFinding(
        column=name, verdict=verdict, sentence=f"{name} is stuck.", size=30 - number
    )


MANY = [found(number) for number in range(14)] + [found(20, "steady")]


def test_a_wrong_file_gives_a_few_sentences_and_the_names_of_the_others():
    sentences = input_sentences(MANY)
    assert sentences[:MOST_TOLD] == [f"v{number} is stuck." for number in range(MOST_TOLD)]
    assert sentences[MOST_TOLD:] == ["Not as usual either: v10, v11, v12, v13."]
    assert len(worst_inputs(MANY)) == MOST_TOLD


def test_a_headline_names_three_columns_and_counts_the_rest():
    assert input_headline(MANY) == ["inputs v0, v1, v2 and 11 more"]
    assert input_headline(MANY[:1]) == ["input v0"]
    assert input_headline(MANY[-1:]) == []


def test_sizes_are_of_the_columns_that_were_compared():
    unsure = InputFinding(column="new", verdict="not_enough_history", sentence="new.")
    assert InputComparison(findings=[found(1), unsure]).sizes == {"v1": 29.0}


def test_lasting_differences_are_notes_and_not_too_many():
    lasting = [found(number, "steady").model_copy(update={"lasting": True}) for number in range(12)]
    notes = lasting_notes([*lasting, found(20, "steady")])
    assert notes[0] == f"v0 is stuck. {UNTIL}"
    assert notes[MOST_TOLD:] == ["As on the last days, these differ from training too: v10, v11."]
