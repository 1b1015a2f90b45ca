"""What is no row is named with its number, a reason and its text."""

from catalog.reading.connection import connect
from catalog.reading.rejects import csv_rejects, json_rejects


def test_a_row_of_csv_with_several_faults_is_one_reject(tmp_path):
    (tmp_path / "t").write_text("a,b\n1,2\nx,y,z\n3,4\n")
    with connect() as connection:
        connection.sql(
            f"SELECT * FROM read_csv('{tmp_path}/t', auto_detect=false, header=true, "
            "store_rejects=true, columns={a: 'DOUBLE', b: 'DOUBLE'})"
        ).fetchall()
        (reject,) = csv_rejects(connection)
    assert (reject.row, reject.text, reject.spans_lines) == (2, "x,y,z", False)


def test_each_kind_of_broken_json_has_its_reason_and_its_line(tmp_path):
    (tmp_path / "t").write_text('{"a":1}\n  \n{"a":\n\n[1]\n{"a":1,"a":2}\n')
    torn = [(2, ""), (3, "[1]"), (4, '{"a":1,"a":2}')]
    rejects = json_rejects(torn, tmp_path / "t")
    assert [(one.row, one.detail, one.text) for one in rejects] == [
        (2, "it is not JSON", '{"a":'),
        (3, "it is JSON, but no object", "[1]"),
        (4, "it has one name twice", '{"a":1,"a":2}'),
    ]
