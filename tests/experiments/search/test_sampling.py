"""A batch follows from the seed and earlier results; a grid is dealt once, in a shuffled order."""

from hypothesis import given
from hypothesis import strategies as st

from experiments.search.sampling import draw_batch, shuffled
from experiments.search.space import SearchSpace
from fakes.studies.studies import study_request
from fraud.algorithms import ALGORITHMS

GRID = {
    "xgboost": {"max_depth": {"values": [3, 4, 5]}, "gamma": {"values": [0, 1]}},
    "logistic_regression": {"C": {"values": [0.1, 1, 10, 100]}},
}


@given(size=st.integers(0, 60), seed=st.integers(0, 2**31))
def test_shuffling_keeps_every_number_once(size, seed) -> None:
    assert sorted(shuffled(size, size + 5, seed)) == list(range(size))


@given(
    size=st.integers(0, 10**30),
    few=st.integers(0, 20),
    more=st.integers(0, 20),
    seed=st.integers(0),
)
def test_a_longer_shuffle_begins_with_the_shorter_one(size, few, more, seed) -> None:
    assert shuffled(size, few + more, seed)[:few] == shuffled(size, few, seed)


def test_shuffling_shuffles() -> None:
    assert shuffled(1000, 1000, 1) != shuffled(1000, 1000, 2)
    assert shuffled(1000, 1000, 1) != list(range(1000))


@given(seed=st.integers(0, 2**31 - 1), batch_size=st.integers(1, 12))
def test_a_grid_holds_each_combination_once(seed, batch_size) -> None:
    request = grid_request(seed=seed, batch_size=batch_size)
    points = [drawn.parameters for batch in range(12) for drawn in draw_batch(request, batch, [])]
    assert len(points) == len({tuple(point.items()) for point in points}) == 10 == request.slots


def test_the_algorithms_of_a_grid_take_turns() -> None:
    drawn = draw_batch(grid_request(), 0, [])
    algorithms = [one.parameters["algorithm"] for one in drawn]
    assert algorithms == ["xgboost", "logistic_regression"] * 4


@given(
    strategy=st.sampled_from(["bayesian", "random"]),
    seed=st.integers(0, 2**31 - 1),
    batch_size=st.integers(1, 4),
)
def test_a_search_begins_with_the_defaults(strategy, seed, batch_size) -> None:
    names = ["xgboost", "lightgbm", "neural_network"]
    space = SearchSpace.over(names)
    request = study_request(strategy=strategy, seed=seed, batch_size=batch_size, search_space=space)
    batches = [draw_batch(request, batch, []) for batch in range(3)]
    first = [drawn.parameters for batch in batches for drawn in batch][:3]
    for name, parameters in zip(space.algorithms, first, strict=True):
        algorithm, found = space.chosen(parameters)
        assert algorithm == name
        assert parameters.keys() == {"algorithm", *(f"{name}.{own}" for own in space.ranges[name])}
        default = ALGORITHMS[name].checked({}).model_dump()
        differing = {own for own in found if found[own] != default[own]}
        # Nothing is searched at zero on a logarithmic scale.
        assert differing <= {"reg_alpha", "dropout"}
    assert first[0]["xgboost.reg_alpha"] == 0.001


def test_a_default_outside_its_range_is_taken_to_what_is_nearest() -> None:
    laid = {"max_depth": [8, 12], "learning_rate": [0.01, 0.05], "gamma": {"values": [3, 1, 2]}}
    space = SearchSpace.over(["xgboost"], {"xgboost": laid})
    [first, second] = draw_batch(study_request(search_space=space, batch_size=2), 0, [])
    expected = {"xgboost.max_depth": 8, "xgboost.learning_rate": 0.05, "xgboost.gamma": 1}
    assert expected.items() <= first.parameters.items()
    assert not expected.items() <= second.parameters.items()


def grid_request(**changed):
    space = SearchSpace.over(["xgboost", "logistic_regression"], GRID)
    facts = {"strategy": "grid", "search_space": space, "trials": None, "batch_size": 8}
    return study_request(**facts | changed)
