"""BG/NBD and Gamma-Gamma: published figures, another implementation, and laws of the formulas."""

import os
import warnings
from typing import Any

import duckdb
import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from lifetimes import BetaGeoFitter, GammaGammaFitter  # type: ignore[import-untyped]
from lifetimes.utils import _customer_lifetime_value  # type: ignore[import-untyped]

from orchestration.building.fits import bg_nbd, gamma_gamma
from orchestration.building.fits.bg_nbd import Histories
from orchestration.building.fits.gamma_gamma import Spending
from orchestration.building.fits.maximum_likelihood import Array, inverse_information
from orchestration.settings import PROJECT_ROOT

CDNOW = PROJECT_ROOT.parent / "shared" / "landing" / "cdnow" / "orders" / "orders"
PUBLISHED = (0.2426, 4.4136, 0.7929, 2.4259)

needs_cdnow = pytest.mark.skipif(
    not CDNOW.exists() and "CI" not in os.environ, reason=f"CDNOW is not in {CDNOW}"
)


def one(repeats: float, recency: float, age: float) -> Histories:
    return Histories(*(np.array([value]) for value in (repeats, recency, age, 1.0)))


def drawn(seed: int, size: int = 1500) -> tuple[Histories, Spending]:
    """Histories of whole days, up to a year, of customers with parameters drawn for the seed."""
    rng = np.random.default_rng(seed)
    r, alpha, a, b = rng.uniform((0.5, 4, 0.5, 1.5), (2, 12, 1.5, 4))
    age = rng.integers(60, 365, size)
    rate = rng.gamma(r, 1 / (7 * alpha), size)
    stops = rng.geometric(rng.beta(a, b, size))
    repeats, recency = np.zeros(size), np.zeros(size)
    for place in range(size):
        events = np.sort(rng.uniform(0, age[place], rng.poisson(rate[place] * age[place])))
        days = np.unique(np.floor(events[: stops[place]]))
        days = days[days > 0]
        repeats[place], recency[place] = len(days), days.max(initial=0)
    scale = rng.gamma(4, 1 / 30, size)
    buyers = repeats > 0
    mean = rng.gamma(6 * repeats[buyers], 1 / scale[buyers]) / repeats[buyers]
    weights = np.ones(size)
    return (
        Histories(repeats, recency / 7, age / 7, weights),
        Spending(repeats[buyers], mean, weights[buyers]),
    )


@pytest.fixture(scope="module")
def cdnow() -> tuple[Histories, Spending]:
    rows = duckdb.execute(
        """
        with days as (
            select customer_id, ordered_at::timestamp::date as day,
                sum(total_amount::double) as value
            from read_csv($files, all_varchar = true)
            group by all
        ),
        calibration as (
            select *, min(day) over (partition by customer_id) as first_day
            from days where day <= date '1997-09-30'
        )
        select count(*) - 1.0 as x, (max(day) - first_day) / 7 as t_x,
            (date '1997-09-30' - first_day) / 7 as t,
            coalesce(avg(value) filter (where day > first_day), 0) as mean_value
        from calibration group by customer_id, first_day
        """,
        {"files": [str(file) for file in CDNOW.iterdir()]},
    ).fetchnumpy()
    x = np.asarray(rows["x"], dtype=float)
    ones, repeats = np.ones(len(x)), x > 0
    return (
        Histories(x, np.asarray(rows["t_x"]), np.asarray(rows["t"]), ones),
        Spending(x[repeats], np.asarray(rows["mean_value"])[repeats], ones[repeats]),
    )


@needs_cdnow
def test_cdnow_gives_the_published_parameters(cdnow: tuple[Histories, Spending]) -> None:
    """Fader, Hardie and Lee (2005), table 2; Fader and Hardie (2013), section 4."""
    bought = bg_nbd.fit(cdnow[0])
    assert bought.converged
    assert bought.parameters == pytest.approx(PUBLISHED, abs=0.00005)
    assert bought.log_likelihood == pytest.approx(-9582.43, abs=0.005)
    spent = gamma_gamma.fit(cdnow[1])
    assert spent.converged
    assert spent.parameters == pytest.approx((6.25, 3.74, 15.45), abs=0.01)


@needs_cdnow
def test_cdnow_is_forecast_as_published(cdnow: tuple[Histories, Spending]) -> None:
    """1653.4 purchases expected in the 39 weeks held out."""
    assert bg_nbd.forecast(PUBLISHED, cdnow[0], 39, 0).purchases.sum() == pytest.approx(
        1653.4, abs=0.1
    )


def test_a_customer_is_forecast_as_published() -> None:
    """Customer 0001 of CDNOW in Fader, Hardie and Lee (2005) and (2008)."""
    forecast = bg_nbd.forecast(PUBLISHED, one(2, 30.43, 38.86), 39, 0)
    assert forecast.purchases == pytest.approx(1.2259, abs=0.0001)
    assert forecast.p_alive == pytest.approx(0.7266, abs=0.0001)
    assert forecast.purchases_discounted == pytest.approx(forecast.purchases)


@pytest.mark.parametrize("seed", range(3))
def test_fits_are_those_of_lifetimes(seed: int) -> None:
    histories, spending = drawn(seed)
    ours, theirs = bg_nbd.fit(histories), BetaGeoFitter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs.fit(histories.repeats, histories.recency, histories.age)
    found = theirs.params_[["r", "alpha", "a", "b"]]
    assert ours.converged
    assert ours.parameters == pytest.approx(tuple(found), rel=1e-4)
    theirs_here = bg_nbd.log_likelihood(np.asarray(found), histories)
    assert ours.log_likelihood >= theirs_here.value - 1e-6
    forecast = bg_nbd.forecast(tuple(found), histories, 52, 0)
    expected = theirs.conditional_expected_number_of_purchases_up_to_time(
        52, histories.repeats, histories.recency, histories.age
    )
    assert forecast.purchases == pytest.approx(np.asarray(expected))
    alive = theirs.conditional_probability_alive(
        histories.repeats, histories.recency, histories.age
    )
    assert forecast.p_alive == pytest.approx(np.asarray(alive))

    values = GammaGammaFitter().fit(spending.purchases, spending.mean_value)
    assert gamma_gamma.fit(spending).parameters == pytest.approx(
        tuple(values.params_[["p", "q", "v"]]), rel=0.001
    )


@pytest.mark.parametrize("seed", range(3))
def test_covariances_are_those_of_the_exact_curvature(seed: int) -> None:
    """By automatic differentiation; of variance_matrix_ in lifetimes only the diagonal is right."""
    histories, spending = drawn(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        purchases = BetaGeoFitter().fit(histories.repeats, histories.recency, histories.age)
    values = GammaGammaFitter().fit(spending.purchases, spending.mean_value)
    for ours, theirs in (bg_nbd.fit(histories), purchases), (gamma_gamma.fit(spending), values):
        exact = np.linalg.inv(theirs._hessian_) / theirs.data["weights"].sum()
        assert ours.covariance == pytest.approx(exact, rel=1e-4)
        assert np.sqrt(np.diag(exact)) == pytest.approx(theirs.standard_errors_ / theirs.params_)


def simulated(rng: np.random.Generator, size: int) -> tuple[Histories, Spending]:
    """What the models suppose, to the instant: purchases of 10 to 52 weeks and their values."""
    age, rate = rng.uniform(10, 52, size), rng.gamma(0.8, 1 / 6, size)
    stops = rng.geometric(rng.beta(0.8, 2.5, size))
    most = 150
    times = np.cumsum(rng.exponential(1 / rate[:, None], (size, most)), axis=1)
    happened = (times <= age[:, None]) & (np.arange(most) < stops[:, None])
    repeats = happened.sum(axis=1).astype(float)
    assert repeats.max() < most
    x = repeats[repeats > 0]
    mean = rng.gamma(6 * x, 1 / rng.gamma(4, 1 / 30, len(x))) / x
    histories = Histories(repeats, np.max(times * happened, axis=1), age, np.ones(size))
    return histories, Spending(x, mean, np.ones(len(x)))


@pytest.mark.slow
def test_the_error_of_a_predicted_value_is_that_of_refits_to_customers_drawn_anew() -> None:
    """A bootstrap: 200 refits know a standard deviation to 5 %, three times that is tolerated."""
    rng, size = np.random.default_rng(1), 1500
    histories, spending = simulated(rng, size)
    buyers = histories.repeats > 0
    total = np.zeros(size)
    total[buyers] = spending.purchases * spending.mean_value

    def worth(parameters: tuple[float, ...]) -> Array:
        p, q, v = parameters
        return np.asarray(p * (v + total) / (p * histories.repeats + q - 1))

    bought, spent = bg_nbd.fit(histories), gamma_gamma.fit(spending)
    assert bought.covariance is not None and spent.covariance is not None
    discounted = bg_nbd.forecast(bought.parameters, histories, 52, 0.1).purchases_discounted
    of_purchases = bg_nbd.discounted_gradient(bought.parameters, histories, 52, 0.1)
    p, q, v = spent.parameters
    shape = p * histories.repeats + q - 1
    value = worth(spent.parameters)
    by_purchases = np.mean(of_purchases * value, axis=1)
    by_value = np.array(
        [np.mean(discounted * change / shape) for change in (value * (q - 1), -value * q, p * v)]
    )
    error = np.sqrt(
        by_purchases @ bought.covariance @ by_purchases + by_value @ spent.covariance @ by_value
    )

    refits = []
    for _ in range(200):
        drawn_anew = rng.multinomial(size, np.full(size, 1 / size)).astype(float)
        again = bg_nbd.fit(
            Histories(histories.repeats, histories.recency, histories.age, drawn_anew)
        )
        spent_again = gamma_gamma.fit(
            Spending(spending.purchases, spending.mean_value, drawn_anew[buyers])
        )
        expected = bg_nbd.forecast(again.parameters, histories, 52, 0.1).purchases_discounted
        refits.append(np.mean(expected * worth(spent_again.parameters)))
    assert error == pytest.approx(np.std(refits, ddof=1), rel=0.15)


def test_a_maximum_too_flat_to_tell_has_no_covariance() -> None:
    def covariance(*information: float) -> Array | None:
        return inverse_information(np.diag(information))

    assert covariance(20, 5) == pytest.approx(np.diag([0.05, 0.2]))
    assert [covariance(2, 0), covariance(2, -1), covariance(2, 1e-9), covariance(2, np.nan)] == (
        [None] * 4
    )


@pytest.mark.parametrize("seed", range(3))
def test_derivatives_are_those_of_finite_differences(seed: int) -> None:
    histories, spending = drawn(seed, size=50)
    at = np.random.default_rng(seed).uniform(0.3, 4, 4)

    models: list[tuple[Any, Any, Any]] = [
        (bg_nbd, histories, at),
        (gamma_gamma, spending, at[:3]),
    ]
    for module, data, place in models:
        exact = module.log_likelihood(place, data)
        for size, step in enumerate(1e-6 * np.eye(len(place))):
            more, less = (module.log_likelihood(place + sign * step, data) for sign in (1, -1))
            by_value = (more.value - less.value) / 2e-6
            assert exact.gradient[size] == pytest.approx(by_value, rel=1e-5, abs=1e-4)
            by_gradient = (more.gradient - less.gradient) / 2e-6
            assert exact.hessian[size] == pytest.approx(by_gradient, rel=1e-5, abs=1e-4)


def test_equal_histories_may_be_counted_and_order_does_not_matter() -> None:
    histories, _ = drawn(7)
    rows = np.stack([histories.repeats, histories.recency, histories.age])
    (x, t_x, t), counts = np.unique(rows, axis=1, return_counts=True)
    counted = Histories(x, t_x, t, counts.astype(np.float64) * 50)
    x, t_x, t = np.tile(rows[:, ::-1], 50)
    each = Histories(x, t_x, t, np.ones(len(x)))
    assert bg_nbd.fit(counted).parameters == pytest.approx(bg_nbd.fit(each).parameters, rel=1e-9)


def test_money_and_time_may_be_in_any_unit() -> None:
    _, spending = drawn(8)
    in_cents = Spending(spending.purchases, 100 * spending.mean_value, spending.customers)
    p, q, v = gamma_gamma.fit(spending).parameters
    assert gamma_gamma.fit(in_cents).parameters == pytest.approx((p, q, 100 * v), rel=1e-6)


@pytest.mark.parametrize("a", [0.999, 1.0, 1.001, 0.001, 50])
@pytest.mark.parametrize("repeats", [0, 3, 400])
def test_expected_purchases_are_the_integral_over_customers(a: float, repeats: int) -> None:
    """(1 - exp(-rate p t)) / p averaged over the rates and p that a history leaves likely."""
    parameters, age, weeks = (0.8, 6.0, a, 2.5), 40.0, 52.0
    r, alpha, _, b = parameters
    rng = np.random.default_rng(1)
    rate = rng.gamma(r + repeats, 1 / (alpha + age), 400_000)
    stop = np.maximum(rng.beta(a, b + repeats, 400_000), 1e-12)
    drawn_purchases = -np.expm1(-rate * stop * weeks) / stop
    (expected,) = bg_nbd.purchases_if_alive(
        parameters, np.array([float(repeats)]), np.array([age]), weeks
    )
    error = drawn_purchases.std() / np.sqrt(len(drawn_purchases))
    assert expected == pytest.approx(drawn_purchases.mean(), abs=5 * error)


def test_the_discount_is_taken_at_the_instant_of_each_purchase() -> None:
    history, steps = one(3, 20, 30), np.linspace(0, 52, 20_001)
    by_then = np.array(
        [bg_nbd.forecast(PUBLISHED, history, week, 0).purchases[0] for week in steps[::100]]
    )
    middles = (steps[:-1:100] + steps[100::100]) / 2
    total = float(np.sum(np.diff(by_then) * 1.1 ** (-middles / 52)))
    assert bg_nbd.forecast(PUBLISHED, history, 52, 0.1).purchases_discounted == pytest.approx(
        total, rel=1e-6
    )


def test_weeks_are_not_taken_for_days() -> None:
    """A year of a model in weeks is 52 steps; taken for days it is 360, and value four times."""
    parameters, history = (0.8, 12.0, 0.8, 3.0), one(4, 25, 30)
    ours = bg_nbd.forecast(parameters, history, 52, 0.1).purchases_discounted[0]
    model = BetaGeoFitter()
    model.predict = model.conditional_expected_number_of_purchases_up_to_time
    model.params_ = dict(zip(("r", "alpha", "a", "b"), parameters, strict=True))
    in_weeks, in_days = (
        float(
            _customer_lifetime_value(
                model,
                *(pd.Series([value]) for value in (4.0, 25.0, 30.0, 1.0)),
                time=12,
                discount_rate=1.1 ** (1 / 12) - 1,
                freq=unit,
            ).iloc[0]
        )
        for unit in ("W", "D")
    )
    assert ours == pytest.approx(in_weeks, rel=0.01)
    assert in_days > 2.5 * ours


def test_a_population_without_differences_has_no_maximum() -> None:
    """Everybody buys every week and nobody stops: no parameters are the best."""
    ages = np.arange(10.0, 60.0)
    histories = Histories(ages, ages, ages, np.full(50, 20.0))
    found = bg_nbd.fit(histories)
    assert (found.converged, found.covariance) == (False, None)
    assert not gamma_gamma.fit(Spending(ages, np.full(50, 20.0), np.ones(50))).converged


@pytest.mark.filterwarnings("ignore:invalid value")
def test_an_expectation_that_cannot_be_computed_is_no_number() -> None:
    """Stopping with a third at each purchase, all alike: the factors of the formula underflow."""
    assert not bg_nbd.forecast((0.8, 6, 5e4, 1e5), one(3, 20, 30), 52, 0.1).is_finite
    assert bg_nbd.forecast((0.8, 6, 50, 100), one(3, 20, 30), 52, 0.1).is_finite


def test_spending_with_heavy_tails_has_no_finite_mean() -> None:
    """Values whose scale is Gamma(0.7, v) have q below 1."""
    rng = np.random.default_rng(3)
    purchases = rng.integers(1, 6, 4000).astype(float)
    mean = rng.gamma(3 * purchases, 1 / rng.gamma(0.7, 1 / 10, 4000)) / purchases
    found = gamma_gamma.fit(Spending(purchases, mean, np.ones(4000)))
    assert found.converged
    assert 0.6 < found.parameters[1] < 0.8
