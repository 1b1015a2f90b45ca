"""A draft decides what the file tells, and asks what it does not."""

import pytest
import yaml

from fakes.data.drafts import drafted, lines_of
from foundation.errors import InvalidParams


def test_every_column_has_one_role(tmp_path):
    lines = lines_of("a,b,when,who,note,fraud", "{n},x{n},2026-11-{n:02d},c1,hi,0", "2,y,,c2,ho,1")
    draft = drafted(tmp_path, lines)
    assert [role.name for role in draft.roles] == ["a", "b", "when", "who", "note", "fraud"]


def test_an_answer_that_cannot_be_right_is_refused(tmp_path):
    lines = lines_of("visits,outcome", "{n},A", "{n},B")
    with pytest.raises(InvalidParams, match="positive: 'C' is none of"):
        drafted(tmp_path, lines, ask=lambda question: "C")


def test_a_value_with_a_line_end_does_not_end_a_comment(tmp_path):
    lines = lines_of("visits,fraud", '{n},"no\nfraud"', "{n},Fraud")
    text = drafted(tmp_path, lines).to_yaml()
    assert yaml.safe_load(text)["label"] == "fraud"
