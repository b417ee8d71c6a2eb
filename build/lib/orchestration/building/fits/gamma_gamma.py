"""What customers spend at a purchase: Gamma-Gamma (Fader and Hardie 2013).

The value of a purchase comes from Gamma(p, nu), and nu of a customer from Gamma(q, v); it does not
depend on how often the customer buys. The Gamma-Gamma Model of Monetary Value, brucehardie.com.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.special import gammaln, psi

from orchestration.building.fits.maximum_likelihood import (
    Array,
    Expansion,
    Fit,
    Parameters,
    blocks,
    counts_by_value,
    maximise,
    trigamma,
    weighted_sum,
)


@dataclass(frozen=True)
class Spending:
    """Distinct spending histories, each array of shape (histories,).

    `purchases` is x, repeat purchase days with a value; `mean_value` is their mean, above 0;
    `customers` is how many share both.
    """

    purchases: Array
    mean_value: Array
    customers: Array

    @cached_property
    def by_purchases(self) -> tuple[Array, Array]:
        """Distinct numbers of purchases, and the customers with each."""
        return counts_by_value(self.purchases, self.customers)


def fit(spending: Spending) -> Fit:
    """Fit p, q and v (in money) by maximum likelihood."""
    customers = float(spending.customers.sum())
    scale = weighted_sum(spending.customers, spending.mean_value) / customers
    scaled = Spending(spending.purchases, spending.mean_value / scale, spending.customers)
    found = maximise(lambda parameters: log_likelihood(parameters, scaled), (1.0,) * 3, customers)
    p, q, v = found.parameters
    shift = customers * float(np.log(scale))
    return replace(found, parameters=(p, q, v * scale), log_likelihood=found.log_likelihood - shift)


def log_likelihood(parameters: Parameters, spending: Spending) -> Expansion:
    """Log-likelihood over all customers (equation 1a)."""
    found = _by_purchases(parameters, *spending.by_purchases)
    for block in blocks(spending.purchases, spending.mean_value, spending.customers):
        found += _by_total(parameters, Spending(*block))
    return found


def _by_purchases(parameters: Parameters, x: Array, n: Array) -> Expansion:
    """The part in which only the number of purchases matters."""
    p, q, v = parameters
    customers, shapes = n.sum(), p * x + q
    gradient = [
        weighted_sum(n * x, psi(shapes) - psi(p * x)),
        weighted_sum(n, psi(shapes) - psi(q) + np.log(v)),
        customers * q / v,
    ]
    p_p = weighted_sum(n * x**2, trigamma(shapes) - trigamma(p * x))
    p_q = weighted_sum(n * x, trigamma(shapes))
    q_q = weighted_sum(n, trigamma(shapes) - trigamma(q))
    q_v, v_v = customers / v, -customers * q / v**2
    return Expansion(
        weighted_sum(n, gammaln(shapes) - gammaln(p * x) - gammaln(q) + q * np.log(v)),
        np.array(gradient),
        np.array([[p_p, p_q, 0], [p_q, q_q, q_v], [0, q_v, v_v]]),
    )


def _by_total(parameters: Parameters, spending: Spending) -> Expansion:
    """The rest, by the value of all purchases of a customer."""
    p, q, v = parameters
    customers, mean = spending.customers, spending.mean_value
    total = spending.purchases * mean
    purchases = customers * spending.purchases
    shapes = p * purchases + q * customers
    log_total, log_sum, inverse = np.log(total), np.log(total + v), 1 / (total + v)
    value = (
        weighted_sum(p * purchases, log_total)
        - weighted_sum(customers, np.log(mean))
        - weighted_sum(shapes, log_sum)
    )
    gradient = [
        weighted_sum(purchases, log_total - log_sum),
        -weighted_sum(customers, log_sum),
        -weighted_sum(shapes, inverse),
    ]
    p_v, q_v = -weighted_sum(purchases, inverse), -weighted_sum(customers, inverse)
    v_v = weighted_sum(shapes, inverse**2)
    hessian = [[0, 0, p_v], [0, 0, q_v], [p_v, q_v, v_v]]
    return Expansion(value, np.array(gradient), np.array(hessian))
