"""The time of a transaction is chosen by its name, and other dates are left out."""

from fakes.data.drafts import drafted, lines_of


def test_the_likeliest_date_is_the_time_and_another_is_left_out(tmp_path):
    lines = lines_of("transaction_date,birth_date,visits,fraud",
                     "2026-11-{n:02d},1980-01-01,{n},0",
                     "2026-10-{n:02d},1970-05-{n:02d},{n},1")  # fmt: skip
    lines = [line for line in lines if "-00" not in line]
    draft = drafted(tmp_path, lines)
    assert (draft.values["time"], draft.values["time_zone"]) == ("transaction_date", "UTC")
    assert draft.values["ignore"] == ["birth_date"]


def test_a_zone_in_the_dates_needs_no_other(tmp_path):
    lines = lines_of("event_time,visits,fraud", "2026-11-30T09:{n:02d}:00Z,{n},0",
                     "2026-11-29T09:{n:02d}:00Z,{n},1")  # fmt: skip
    values = drafted(tmp_path, lines).values
    assert (values["time"], values["time_format"]) == ("event_time", "iso")
    assert "time_zone" not in values


def test_the_only_timestamp_is_the_time_whatever_its_name(tmp_path):
    lines = lines_of("created_at,visits,fraud", "2026-11-30T09:{n:02d}:00Z,{n},0",
                     "2026-11-29T09:{n:02d}:00Z,{n},1")  # fmt: skip
    draft = drafted(tmp_path, lines)
    assert draft.values["time"] == "created_at"
    assert "is it its moment?" in str(draft.guesses)
    both = lines_of("created_at,updated_at,visits,fraud",
                    "2026-11-30T09:{n:02d}:00Z,2026-11-30T10:{n:02d}:00Z,{n},0",
                    "2026-11-29T09:{n:02d}:00Z,2026-11-30T10:{n:02d}:00Z,{n},1")  # fmt: skip
    assert "time" not in drafted(tmp_path, both).values
