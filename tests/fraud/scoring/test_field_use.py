"""Field use: unknown and absent features are counted, and a renamed one is recognised."""

from hypothesis import given
from hypothesis import strategies as st

from fraud.data.roles import Roles
from fraud.monitoring.inputs.summary import FieldUse
from fraud.scoring.field_use import MOST_NAMES, feature_notes, field_use, texts_of, unknown_notes
from fraud.scoring.model_columns import ModelColumns

ROLES = Roles("amount", "time")
PLAIN = ModelColumns(("v1", "v2", "amount", "time"), roles=ROLES)
MIXED = ModelColumns(
    ("v1", "age", "channel", "amount", "time"), {"channel": ("web",)}, frozenset({"age"}), ROLES
)
NAMES = st.sampled_from(["v1", "age", "channel", "more", "other"])


def test_the_features_of_the_model_leave_nothing_to_tell():
    assert field_use([{"v1": 1, "v2": 2}] * 3, PLAIN) == field_use([], PLAIN)


def test_unknown_features_are_counted_also_of_a_model_of_numbers():
    features = [{"v1": 1, "v2": 2}, {"v1": 1, "v2": 2, "v3": 3}, {"v1": 1, "v2": 2, "v3": 3}]
    assert field_use(features, PLAIN).unknown == {"v3": 2}


@given(st.lists(st.sets(NAMES), max_size=12))
def test_counts_are_those_of_counting_one_by_one(names):
    features = [dict.fromkeys({"v1", *those}, 1) for those in names]
    found = field_use(features, MIXED)
    for name in ("more", "other"):
        assert found.unknown.get(name, 0) == sum(name in one for one in features)
    for name in ("age", "channel"):
        assert found.absent.get(name, 0) == sum(name not in one for one in features)
    for old, new in found.renamed.items():
        assert all((old in one) != (new in one) for one in features)


def test_a_feature_absent_where_an_unknown_one_is_was_renamed():
    old = [{"v1": 1, "age": 40, "channel": "web"}]
    new = [{"v1": 1, "age": 40, "channel_name": "web"}] * 2
    assert field_use(old + new, MIXED).renamed == {"channel": "channel_name"}
    others = [{"v1": 1, "age": 40, "channel": "web", "channel_name": "x"}]
    assert field_use(others + new, MIXED).renamed == {}


def test_of_several_new_names_the_most_alike_is_taken():
    new = [{"v1": 1, "customer_age": 40, "chan": "web"}] * 2
    assert field_use(new, MIXED).renamed == {"age": "customer_age", "channel": "chan"}


def test_names_that_are_data_do_not_fill_the_record():
    features = [{"v1": 1, "v2": 2, f"k{number}\ud800" + "x" * 200: 0} for number in range(300)]
    found = field_use(features, PLAIN)
    assert len(found.unknown) == MOST_NAMES
    assert max(len(name) for name in found.unknown) == 80
    assert found.model_dump_json()


def test_texts_are_kept_trimmed_also_where_the_model_does_not_know_them():
    features = [{"channel": " WEB "}, {"channel": " "}, {"channel": None}, {}]
    assert texts_of(features, MIXED) == {"channel": ["WEB", None, None, None]}


def test_unknown_features_are_told_and_renamed_ones_by_both_names():
    use = FieldUse(
        unknown={"channel_name": 9, "x": 2}, absent={"channel": 9},
        renamed={"channel": "channel_name"},
    )  # fmt: skip
    unknown = "Transactions have features that the model does not know, and ignores: x (2)."
    assert unknown_notes(use) == [unknown]
    assert feature_notes(use) == [
        "Transactions have channel_name instead of channel, and the model does not know "
        "channel_name: renamed?",
        unknown,
    ]
    assert feature_notes(FieldUse()) == []


def test_many_unknown_features_are_one_short_sentence():
    (told,) = unknown_notes(FieldUse(unknown={f"x{number}": 3 for number in range(40)}))
    assert told.endswith("x4 (3), ….")
