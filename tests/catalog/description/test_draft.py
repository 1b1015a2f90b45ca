"""A draft is YAML that a person can read, and that is read back as it was meant."""

import yaml

from catalog.description.describing import describe_file
from fakes.data.public_shapes import SHAPES
from fraud.data.spec import DataSpec


def drafted(folder, name):
    shape = SHAPES[name]()
    path = folder / shape.file
    path.write_bytes(shape.text.encode(shape.encoding))
    return describe_file(path).draft


def test_what_is_written_is_what_was_decided(tmp_path):
    draft = drafted(tmp_path, "insurance_claims")
    assert DataSpec.checked(yaml.safe_load(draft.to_yaml()), source="draft") == draft.spec()


def test_lines_say_why(tmp_path):
    text = drafted(tmp_path, "insurance_claims").to_yaml()
    assert text.startswith("# Drafted from insurance_claims.csv: 600 rows, 16 columns.")
    assert "  - unnamed_16 # empty in every row\n" in text
    assert "positive: Y # Y in 10" in text
    undecided = [
        line
        for line in text.splitlines()
        if ":" in line and "#" not in line and not line.startswith(("name", "negative", "time:"))
    ]
    assert undecided == []


def test_names_that_yaml_would_misread_are_quoted(tmp_path):
    path = tmp_path / "odd.csv"
    lines = ["yes,1e5,a: b,#c,fraud", *(f"{n},{n},x{n % 3},y{n % 2},{n % 2}" for n in range(40))]
    path.write_text("\n".join(lines) + "\n")
    draft = describe_file(path).draft
    spec = DataSpec.checked(yaml.safe_load(draft.to_yaml()), source="draft")
    assert {"yes", "1e5"} <= {*spec.features, *spec.categorical}
    assert {"a: b", "#c"} <= {*spec.categorical, *spec.ignore}
