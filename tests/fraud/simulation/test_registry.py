"""Simulations: each writes good rows of its data set; others are refused."""

import csv

import polars as pl
import pytest

from foundation.errors import InvalidParams
from foundation.settings import project_root
from fraud.data.spec import DataSpec
from fraud.data.validation import RowCheck, require_header
from fraud.simulation.registry import SIMULATIONS, simulation_of

every_simulation = pytest.mark.parametrize("name", SIMULATIONS)


def spec_of(name: str) -> DataSpec:
    return DataSpec.from_yaml(project_root() / "params" / "data" / f"{name}.yaml")


def file_of(name: str, rows: int, seed: int) -> str:
    simulation = simulation_of(name)
    return simulation.header + "".join(map(simulation.text, simulation.blocks(rows, seed=seed)))


@every_simulation
def test_every_simulated_row_is_good_by_the_description_of_that_name(name):
    header, *lines = csv.reader(file_of(name, 300, seed=1).splitlines())
    require_header(header, spec_of(name), file=name)
    cells = pl.DataFrame(lines, schema=dict.fromkeys(header, pl.String), orient="row")
    rows = RowCheck(spec_of(name), details=1)(cells)
    assert (rows.good.height, rows.bad.height) == (300, 0)


@every_simulation
def test_equal_seeds_write_equal_files_and_other_seeds_others(name):
    assert file_of(name, 300, seed=1) == file_of(name, 300, seed=1) != file_of(name, 300, seed=2)


@every_simulation
def test_as_many_rows_as_usual_are_enough_for_the_description(name):
    assert simulation_of(name).usual_rows >= spec_of(name).minimum_rows


def test_a_data_set_without_simulation_is_refused_with_the_nearest_name():
    with pytest.raises(InvalidParams, match="makes 'payment'; did you mean payments"):
        simulation_of("payment")
