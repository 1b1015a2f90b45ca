"""Each column gets a role by its values and its name, with the reason."""

from fakes.data.drafts import drafted, lines_of


def test_negative_amounts_are_asked_about(tmp_path):
    lines = lines_of("amount,fraud", "-{n}.5,0", "{n}.5,1")
    (question,) = drafted(tmp_path, lines).questions
    assert question.key == "amount_may_be_negative"
    assert "30 of the first 60 amounts are negative" in question.text


def test_empty_constant_and_counting_columns_are_left_out_with_their_reasons(tmp_path):
    lines = lines_of(",same,empty,visits,fraud", "{n},x,,{n},0", "{n},x,,{n},1")
    lines[1:] = [f"{at}{line[line.index(',') :]}" for at, line in enumerate(lines[1:])]
    draft = drafted(tmp_path, lines)
    reasons = {role.name: role.reason for role in draft.roles if role.role == "left out"}
    assert set(reasons) == {"unnamed_1", "same", "empty"} == set(draft.spec().ignore)
    assert "an index" in reasons["unnamed_1"]
    assert "the same in every row: x" in reasons["same"]


def test_parties_are_named_and_rows_of_their_own_identify(tmp_path):
    lines = lines_of("transaction_id,customer_id,merchant,visits,fraud",
                     "t{n},c1,m1,{n},0", "u{n},c2,m2,{n},1", "v{n},c3,m3,{n},0")  # fmt: skip
    values = drafted(tmp_path, lines).values
    assert values["id"] == "transaction_id"
    assert values["entities"] == {"customer": "customer_id", "merchant": "merchant"}
    assert values["categorical"] == ["merchant"]
    assert values["features"] == ["visits"]


def test_gaps_are_features_that_may_be_missing(tmp_path):
    draft = drafted(tmp_path, lines_of("age,visits,fraud", "{n},{n},0", ",{n},1"))
    assert (draft.values["features"], draft.values["missing"]) == (["age", "visits"], ["age"])


def test_card_numbers_are_a_card_whatever_the_column_is_called(tmp_path):
    cards = ("4111111111111111", "5500005555555559", "4012888888881881")
    lines = lines_of("nummer,visits,fraud", f"{cards[0]},{{n}},0", f"{cards[1]},{{n}},1",
                     f"{cards[2]},{{n}},0")  # fmt: skip
    values = drafted(tmp_path, lines).values
    assert values["entities"] == {"card": "nummer"}
    assert values["features"] == ["visits"]


def test_one_number_that_may_be_a_card_is_none(tmp_path):
    lines = lines_of("nummer,visits,fraud", "4111111111111111,{n},0", "5500005555555559,{n},1")
    assert "entities" not in drafted(tmp_path, lines).values


def test_an_amount_in_cents_says_in_what_unit_a_review_costs(tmp_path):
    lines = lines_of("amount_cents,visits,fraud", "1{n},{n},0", "2{n},{n},1")
    draft = drafted(tmp_path, lines)
    assert draft.values["amount"] == "amount_cents"
    assert "review_cost" in str(draft.guesses)
