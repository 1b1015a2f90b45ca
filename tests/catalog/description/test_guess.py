"""A question is one sentence with its likely answers."""

from catalog.description.guess import Question


def test_a_question_names_its_likely_answers():
    asked = Question("time_unit", "seconds or hours?", ("s", "hours"))
    assert asked.sentence == "seconds or hours? (for example: s, hours)"
    assert Question("label", "which column?").sentence == "which column?"
