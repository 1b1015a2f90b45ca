"""Options: the defaults serve real models; a file changes them, and a mistake in it is refused."""

import pytest
from pydantic import ValidationError

from local_aws.options import Options, read_options


def test_without_a_file_models_are_served_by_the_model_server(tmp_path):
    options = read_options(tmp_path / "options.json")
    assert options == Options()
    assert {"serving", "{model_dir}", "{port}"} <= set(options.serving_command)


def test_a_file_changes_what_it_names(tmp_path):
    (tmp_path / "options.json").write_text('{"startup_seconds": 5}')
    options = read_options(tmp_path / "options.json")
    assert options == Options(startup_seconds=5)


def test_a_mistyped_option_is_refused(tmp_path):
    (tmp_path / "options.json").write_text('{"startup_second": 5}')
    with pytest.raises(ValidationError, match="startup_second"):
        read_options(tmp_path / "options.json")
