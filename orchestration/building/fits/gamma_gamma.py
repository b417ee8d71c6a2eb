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
    Fit,
    counts_by_value,
    maximise,
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
    found = maximise(lambda parameters: log_likelihood(parameters, scaled), 3, customers)
    p, q, v = found.parameters
    shift = customers * float(np.log(scale))
    return replace(found, parameters=(p, q, v * scale), log_likelihood=found.log_likelihood - shift)


def log_likelihood(parameters: Array, spending: Spending) -> tuple[float, Array]:
    """Log-likelihood over all customers (equation 1a), and its gradient of shape (3,)."""
    p, q, v = parameters
    x, mean, weight = spending.purchases, spending.mean_value, spending.customers
    by_x, n = spending.by_purchases
    total = x * mean
    log_total, log_sum = np.log(total), np.log(total + v)

    by_x_alone = gammaln(p * by_x + q) - gammaln(p * by_x) - gammaln(q) + q * np.log(v)
    each = p * x * log_total - np.log(mean) - (p * x + q) * log_sum
    gradient = [
        weighted_sum(n * by_x, psi(p * by_x + q) - psi(p * by_x))
        + weighted_sum(weight * x, log_total - log_sum),
        weighted_sum(n, psi(p * by_x + q) - psi(q) + np.log(v)) - weighted_sum(weight, log_sum),
        n.sum() * q / v - weighted_sum(weight, (p * x + q) / (total + v)),
    ]
    return weighted_sum(n, by_x_alone) + weighted_sum(weight, each), np.array(gradient)
