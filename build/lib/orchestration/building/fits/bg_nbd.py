"""How often customers buy and when they stop: BG/NBD (Fader, Hardie and Lee 2005).

While alive, a customer buys at a rate from Gamma(r, alpha) a week; after each repeat purchase the
customer stops for good with a probability from Beta(a, b). Equation numbers are those of
"Counting Your Customers" the Easy Way, Marketing Science 24(2), 275-284.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
from numpy.polynomial.legendre import leggauss
from scipy.special import expit, gammaln, hyp2f1, psi

from orchestration.building.fits.maximum_likelihood import (
    BLOCK,
    Array,
    Expansion,
    Fit,
    Parameters,
    blocks,
    counts_by_value,
    derivatives,
    maximise,
    trigamma,
    weighted_products,
    weighted_sum,
)

WEEKS_PER_YEAR = 52
# Against the sum over a million steps the error is below 1e-9 of the value.
_NODES = 12


@dataclass(frozen=True)
class Histories:
    """Distinct purchase histories, each array of shape (histories,).

    `repeats` is x, purchase days after the first; `recency` is t_x and `age` is T, weeks from the
    first purchase to the last and to the end; `customers` is how many share the history.
    """

    repeats: Array
    recency: Array
    age: Array
    customers: Array

    @property
    def columns(self) -> tuple[Array, ...]:
        """The arrays, in their order."""
        return self.repeats, self.recency, self.age, self.customers

    def every(self, step: int) -> "Histories":
        """One history in so many."""
        return Histories(*(column[::step] for column in self.columns))

    @cached_property
    def by_repeats(self) -> tuple[Array, Array]:
        """Distinct numbers of repeat purchases, and the customers with each."""
        return counts_by_value(self.repeats, self.customers)

    @cached_property
    def by_repeats_and_age(self) -> tuple[Array, npt.NDArray[np.intp]]:
        """Distinct pairs, of shape (2, pairs), and the place of each history among them."""
        pairs, place = np.unique(self.repeats + 1j * self.age, return_inverse=True)
        return np.stack([pairs.real, pairs.imag]), place


@dataclass(frozen=True)
class Forecast:
    """What is expected of each history, arrays of shape (histories,)."""

    p_alive: Array
    purchases: Array
    purchases_discounted: Array

    @property
    def is_finite(self) -> bool:
        """Whether every expectation is a number: none is where a and b are in the thousands."""
        return bool(np.all(np.isfinite(self.purchases + self.purchases_discounted)))


def fit(histories: Histories) -> Fit:
    """Fit r, alpha (weeks), a and b by maximum likelihood."""
    scale = float(histories.age.max())
    scaled = Histories(
        histories.repeats, histories.recency / scale, histories.age / scale, histories.customers
    )
    found = _fit(scaled, _start(scaled))
    r, alpha, a, b = found.parameters
    shift = weighted_sum(histories.customers, histories.repeats) * np.log(scale)
    return replace(
        found,
        parameters=(r, alpha * scale, a, b),
        log_likelihood=found.log_likelihood - float(shift),
    )


def _start(histories: Histories) -> Parameters:
    """Near the maximum, by a block of all histories: it takes but half of the steps from there."""
    every = len(histories.repeats) // BLOCK
    few = _fit(histories.every(every), (1.0,) * 4) if every > 1 else None
    return few.parameters if few and few.converged else (1.0,) * 4


def _fit(histories: Histories, start: Parameters) -> Fit:
    customers = float(histories.customers.sum())
    return maximise(lambda parameters: log_likelihood(parameters, histories), start, customers)


def log_likelihood(parameters: Parameters, histories: Histories) -> Expansion:
    """Log-likelihood over all customers (equation 6)."""
    found = _by_repeats(parameters, *histories.by_repeats)
    for block in blocks(*histories.columns):
        found += _had_nobody_stopped(parameters, Histories(*block))
        found += _by_odds_of_a_stop(parameters, Histories(*block))
    return found


def _by_repeats(parameters: Parameters, x: Array, n: Array) -> Expansion:
    """The part in which only the number of repeat purchases matters."""
    r, alpha, a, b = parameters
    customers = n.sum()
    by_x = (
        gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        + gammaln(a + b) - gammaln(b) + gammaln(b + x) - gammaln(a + b + x)
    )  # fmt: skip
    by_a = weighted_sum(n, psi(a + b) - psi(a + b + x))
    gradient = [
        weighted_sum(n, psi(r + x) - psi(r) + np.log(alpha)),
        customers * r / alpha,
        by_a,
        by_a + weighted_sum(n, psi(b + x) - psi(b)),
    ]
    r_r = weighted_sum(n, trigamma(r + x) - trigamma(r))
    r_alpha, alpha_alpha = customers / alpha, -customers * r / alpha**2
    a_b = weighted_sum(n, trigamma(a + b) - trigamma(a + b + x))
    b_b = a_b + weighted_sum(n, trigamma(b + x) - trigamma(b))
    hessian = [
        [r_r, r_alpha, 0, 0],
        [r_alpha, alpha_alpha, 0, 0],
        [0, 0, a_b, a_b],
        [0, 0, a_b, b_b],
    ]
    return Expansion(weighted_sum(n, by_x), np.array(gradient), np.array(hessian))


def _had_nobody_stopped(parameters: Parameters, histories: Histories) -> Expansion:
    """The rest, if all buy at their rate to the end."""
    r, alpha, _, _ = parameters
    customers, ends = histories.customers, 1 / (alpha + histories.age)
    shapes, log_ends = customers * (r + histories.repeats), np.log(ends)
    gradient = np.array([weighted_sum(customers, log_ends), -weighted_sum(shapes, ends), 0, 0])
    hessian = np.zeros((4, 4))
    hessian[0, 1] = hessian[1, 0] = -weighted_sum(customers, ends)
    hessian[1, 1] = weighted_sum(shapes, ends**2)
    return Expansion(weighted_sum(shapes, log_ends), gradient, hessian)


def _by_odds_of_a_stop(parameters: Parameters, histories: Histories) -> Expansion:
    """What log(1 + the odds of it) adds of repeat buyers; the others' odds weigh nothing."""
    r, alpha, a, b = parameters
    shapes, later = r + histories.repeats, b + np.maximum(histories.repeats, 1) - 1
    ends, stops = 1 / (alpha + histories.age), 1 / (alpha + histories.recency)
    log_odds = _log_odds(parameters, histories)
    against = np.exp(-log_odds)
    buyers = np.where(histories.repeats > 0, histories.customers, 0)
    stopped = buyers / (1 + against)
    undecided = stopped * against / (1 + against)

    by = [np.log(stops / ends), shapes * (ends - stops), np.full_like(later, 1 / a), -1 / later]
    gradient = np.array([weighted_sum(stopped, derivative) for derivative in by])
    hessian = weighted_products(undecided, by)
    r_alpha = weighted_sum(stopped, ends - stops)
    hessian[0, 1] += r_alpha
    hessian[1, 0] += r_alpha
    hessian[1, 1] += weighted_sum(stopped * shapes, stops**2 - ends**2)
    hessian[2, 2] -= gradient[2] / a
    hessian[3, 3] += weighted_sum(stopped, by[3] ** 2)
    return Expansion(weighted_sum(buyers, log_odds + np.log1p(against)), gradient, hessian)


def _log_odds(parameters: Parameters, histories: Histories) -> Array:
    """Logarithm of the odds that a repeat buyer stopped at the last purchase.

    Fader, Hardie and Lee (2008), Computing P(alive) Using the BG/NBD Model.
    """
    r, alpha, a, b = parameters
    x = np.maximum(histories.repeats, 1)
    gap = np.log((alpha + histories.age) / (alpha + histories.recency))
    return np.asarray(np.log(a / (b + x - 1)) + (r + x) * gap)


def p_alive(parameters: Parameters, histories: Histories) -> Array:
    """Probability that a customer has not stopped; 1 without a repeat purchase."""
    return np.where(histories.repeats > 0, expit(-_log_odds(parameters, histories)), 1.0)


def purchases_if_alive(parameters: Parameters, repeats: Array, age: Array, weeks: float) -> Array:
    """Purchases expected in the next weeks of customers who are alive, of shape (histories,).

    Equation 10 over P(alive), after Euler's transformation of the hypergeometric function: as
    written its argument meets factors that overflow from some 100 purchases on.
    """
    r, alpha, a, b = parameters
    a += 1e-6 * (abs(a - 1) < 1e-6)  # at 1 the value is a limit
    z = weeks / (alpha + age + weeks)
    c = a + b + repeats - 1
    expected: Array = c / (a - 1) * (1 - (1 - z) ** (a - 1) * hyp2f1(c - repeats - r, a - 1, c, z))
    return expected


def forecast(
    parameters: Parameters, histories: Histories, weeks: float, annual_rate: float
) -> Forecast:
    """What is expected in the next weeks; each purchase discounted from the instant expected.

    With E(t) the purchases expected by week t and k the rate per week, the discounted number is
    the integral of exp(-k t) dE(t), by parts exp(-k w) E(w) + k times that of exp(-k t) E(t) dt.
    """
    (repeats, age), place = histories.by_repeats_and_age
    rate = np.log1p(annual_rate) / WEEKS_PER_YEAR
    nodes, weights = leggauss(_NODES)
    purchases = purchases_if_alive(parameters, repeats, age, weeks)
    discounted = np.exp(-rate * weeks) * purchases
    for node, weight in zip(weeks * (nodes + 1) / 2, weights * weeks / 2, strict=True):
        by_then = purchases_if_alive(parameters, repeats, age, node)
        discounted += rate * weight * np.exp(-rate * node) * by_then
    alive = p_alive(parameters, histories)
    return Forecast(alive, alive * purchases[place], alive * discounted[place])


def discounted_gradient(
    parameters: Parameters, histories: Histories, weeks: float, annual_rate: float
) -> Array:
    """Derivatives of purchases_discounted by the logarithm of each parameter.

    Returns:
        Shape (4, histories), by central differences, since those of the hypergeometric function by
        its parameters have no closed form.
    """

    def discounted(logs: Array) -> Array:
        return forecast(tuple(np.exp(logs)), histories, weeks, annual_rate).purchases_discounted

    return derivatives(discounted, np.log(parameters))
