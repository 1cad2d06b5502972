import numpy as np
import pytensor
import pytest
import xarray as xr
from scipy.stats import norm, uniform

from bayesnet.problems.okada.fault import PARAMETERS, Fault, optima, slip_direction
from bayesnet.problems.okada.modes import Modes
from bayesnet.problems.okada.rows import observed_rows
from data import InputError
from data.faults.observations import FAULT, load_observations

PLAIN = pytensor.compile.mode.Mode(linker="py", optimizer=None)
PROBLEMS = {"fault": Fault(), "modes": Modes()}


@pytest.fixture(scope="module", params=list(PROBLEMS))
def problem(request):
    return PROBLEMS[request.param]


@pytest.fixture(scope="module")
def data(problem):
    return load_observations({Fault: "fault", Modes: "modes"}[type(problem)])


@pytest.fixture(scope="module")
def train(data):
    return observed_rows(data, "train")


@pytest.fixture(scope="module")
def density(problem, train):
    """Log density and its gradient of the unconstrained parameters of the model, `(parameter,)`."""
    model = problem.model(train)
    assert [v.name for v in model.free_RVs] == PARAMETERS
    assert [v.name for v in model.observed_RVs] == ["y"]
    logp = model.logp()
    gradient = pytensor.grad(logp, model.value_vars)
    function = pytensor.function(model.value_vars, [logp, *gradient], mode=PLAIN)
    return lambda point: (lambda values: (float(values[0]), np.array(values[1:])))(function(*point))


def unconstrained(problem, values):
    """Parameters `(..., parameter)` as PyMC's samplers see them: the logit of their place within their ranges."""
    low, high = np.array([*problem.ranges().values()]).T
    return np.log((values - low) / (high - values))


def test_the_true_fault_lies_within_the_prior(problem, data):
    true = {name: float(data["fault"].sel(parameter=name)) for name in PARAMETERS}
    assert all(low < true[name] < high for name, (low, high) in problem.ranges().items())


@pytest.mark.heavy
def test_the_density_is_that_of_uniform_parameters_and_gaussian_noise(problem, data, train, density):
    values = data["fault"].sel(parameter=PARAMETERS).values
    true = data["true_displacement"].isel(station=data["split"].values == "train").values.ravel()
    low, high = np.array([*problem.ranges().values()]).T
    jacobian = np.log((values - low) * (high - values) / (high - low)).sum()
    expected = uniform.logpdf(values, low, high - low).sum() + norm.logpdf(train["y"], true, train["sd"]).sum()
    assert density(unconstrained(problem, values))[0] == pytest.approx(expected + jacobian, rel=1e-9)


@pytest.mark.heavy
def test_densities_and_gradients_are_finite_all_over_the_prior(problem, density):
    rng = np.random.default_rng(0)
    inside = rng.uniform(size=(20, len(PARAMETERS)))
    edges = np.where(rng.uniform(size=(20, len(PARAMETERS))) < 0.5, 1e-9, 1 - 1e-9)
    for place in np.concatenate([inside, edges]):
        value, gradient = density(np.log(place / (1 - place)))
        assert np.isfinite(value)
        assert np.isfinite(gradient).all()


@pytest.mark.heavy
def test_gradients_are_those_of_the_density(problem, density):
    rng = np.random.default_rng(1)
    for point, direction in rng.normal(size=(4, 2, len(PARAMETERS))):
        gradient = density(point)[1]
        step = 1e-5 * direction
        slope = (density(point + step)[0] - density(point - step)[0]) / 2e-5
        assert gradient @ direction == pytest.approx(slope, rel=1e-5, abs=1e-6 * abs(gradient * direction).sum())


def draws_about(values, number, rng):
    return xr.Dataset(
        {
            name: (("chain", "draw"), value * rng.uniform(0.95, 1.05, (2, number)))
            for name, value in zip(PARAMETERS, values, strict=True)
        },
        {"chain": [0, 1], "draw": np.arange(number)},
    )


def test_predictions_of_the_true_fault_are_the_true_displacement(problem, data):
    values = data["fault"].sel(parameter=PARAMETERS).values
    posterior = xr.Dataset({n: (("chain", "draw"), [[v]]) for n, v in zip(PARAMETERS, values, strict=True)})
    predicted = problem.predict(posterior.assign_coords(chain=[0], draw=[0]), None, observed_rows(data, "test"))
    assert predicted.dims == ("chain", "draw", "observation")
    expected = data["true_displacement"].isel(station=data["split"].values == "test").values.ravel()
    np.testing.assert_allclose(predicted[0, 0], expected, atol=1e-13)


def test_predictions_in_blocks_are_those_of_each_draw(problem, data, monkeypatch):
    rows = observed_rows(data, "test")
    draws = draws_about(data["fault"].sel(parameter=PARAMETERS).values, 7, np.random.default_rng(2))
    whole = problem.predict(draws, rows, rows)
    monkeypatch.setattr("bayesnet.problems.okada.fault.BLOCK", 1)
    xr.testing.assert_allclose(problem.predict(draws, rows, rows), whole)
    assert whole.shape == (2, 7, rows.sizes["observation"])
    xr.testing.assert_allclose(problem.predict(draws.isel(draw=[3]), rows, rows), whole.isel(draw=[3]))


def test_quantities_of_the_true_fault():
    true = Fault().truth(load_observations("fault"))
    assert {name: float(true[name]) for name in PARAMETERS} == FAULT
    moment = 30e9 * 24e3 * 12e3 * 1.5
    assert float(true["log10_moment"]) == pytest.approx(np.log10(moment))
    assert float(true["magnitude"]) == pytest.approx(6.675, abs=1e-3)
    assert float(true["centre_depth"]) == pytest.approx(3 + 6 * np.sin(np.deg2rad(50)))
    assert true["slip_direction"].dims == ("axis",)
    assert all("units" in variable.attrs for variable in true.data_vars.values())


@pytest.mark.parametrize(
    ("strike", "dip", "rake", "direction"),
    [
        (0, 90, 0, (0, 1, 0)),  # vertical, left-lateral: the upper side is the right one, and moves ahead
        (0, 45, 90, (-np.sqrt(0.5), 0, np.sqrt(0.5))),  # reverse: up and back over the lower side
        (90, 30, 270, (0, -np.sqrt(0.75), -0.5)),  # normal: down the dip, here to the south
    ],
)
def test_direction_of_slip(strike, dip, rake, direction):
    angles = [xr.DataArray(float(angle)) for angle in (strike, dip, rake)]
    np.testing.assert_allclose(slip_direction(*angles), direction, atol=1e-12)


def test_quantities_have_a_value_for_each_draw(problem, data):
    found = problem.quantities(draws_about(data["fault"].values, 5, np.random.default_rng(3)), problem.train(data, 0))
    assert found["slip_direction"].dims == ("chain", "draw", "axis")
    np.testing.assert_allclose((found["slip_direction"] ** 2).sum("axis"), 1.0)
    assert all(found[name].shape == (2, 5) for name in found if name != "slip_direction")


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"dip": (10.0, 120.0)}, "dip must be a range within 0 to 90 degree, got 10 to 120"),
        ({"top": (-1.0, 5.0)}, "top must be a range within 0 to inf km, got -1 to 5"),
        ({"slip": (2.0, 1.0)}, "slip must be a range within 0 to inf m, got 2 to 1"),
    ],
)
def test_ranges_of_no_fault_are_refused(setting, message):
    with pytest.raises(InputError, match=message):
        Fault(**setting)


def test_fits_from_near_the_truth_find_the_best_fault():
    near = Fault(**{name: (value - 0.2 * abs(value), value + 0.2 * abs(value)) for name, value in FAULT.items()})
    train = observed_rows(load_observations("fault"), "train")
    found = optima(near, train, 2, seed=0)
    assert found["chi_square"].dims == ("start",)
    np.testing.assert_allclose(found["chi_square"], 189.3, atol=0.1)
    assert float(found["strike"][0]) == pytest.approx(19.63, abs=0.05)


@pytest.mark.slow
def test_half_of_the_starts_from_the_prior_end_in_another_optimum():
    train = observed_rows(load_observations("fault"), "train")
    found = optima(Fault(), train, 40, seed=0)["chi_square"].values
    assert (np.diff(found) >= 0).all()
    assert 0.3 < (found < 190).mean() < 0.8
    assert (found[found > 190] > 1000).all()


# chi-square and a point near it: the trace clings to neither station, to 286, to 160, and to both
MODES = {
    1957.1: (-11.47, 24.72, 0.11, 217.77, 45.79, 188.92, 59.86, 269.56, 5.62),
    2012.1: (-13.66, 25.04, 0.12, 218.18, 44.67, 188.28, 60.07, 269.28, 5.66),
    2023.6: (-10.68, 24.64, 0.19, 216.14, 44.98, 189.75, 59.88, 269.88, 5.68),
    2068.6: (-12.76, 24.83, 0.32, 216.38, 43.86, 189.10, 59.91, 269.58, 5.73),
}


@pytest.mark.slow
@pytest.mark.parametrize("chi_square", MODES)
def test_modes_has_four_optima(chi_square):
    train = observed_rows(load_observations("modes"), "train")
    margin = (0.05, 0.05, 0.02, 0.3, 0.2, 0.02, 0.2, 0.2, 0.02)  # wider ones hold stations that the trace can meet
    ranges = {n: (v - m, v + m) for n, v, m in zip(PARAMETERS, MODES[chi_square], margin, strict=True)}
    found = optima(Modes(**ranges), train, 4, seed=0)
    np.testing.assert_allclose(found["chi_square"], chi_square, atol=0.1)
    inside = [(low < found[name]) & (found[name] < high) for name, (low, high) in ranges.items()]
    assert np.all(inside)  # an optimum of its own, not the end of a range
