"""What customers spend at a purchase: Gamma-Gamma (Fader and Hardie 2013).

The value of a purchase comes from Gamma(p, nu), and nu of a customer from Gamma(q, v); it does not
depend on how often the customer buys. The Gamma-Gamma Model of Monetary Value, brucehardie.com.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, psi

from orchestration.fits.maximum_likelihood import Array, Fit, maximise


@dataclass(frozen=True)
class Spending:
    """Distinct spending histories, each array of shape (histories,).

    `purchases` is x, repeat purchase days with a value; `mean_value` is their mean, above 0;
    `customers` is how many share both.
    """

    purchases: Array
    mean_value: Array
    customers: Array


def fit(spending: Spending) -> Fit:
    """Fit p, q and v (in money) by maximum likelihood."""
    customers = float(spending.customers.sum())
    scale = float(spending.customers @ spending.mean_value) / customers
    scaled = Spending(spending.purchases, spending.mean_value / scale, spending.customers)
    found = maximise(lambda parameters: log_likelihood(parameters, scaled), 3, customers)
    p, q, v = found.parameters
    shift = customers * float(np.log(scale))
    return Fit((p, q, v * scale), found.log_likelihood - shift, found.converged)


def log_likelihood(parameters: Array, spending: Spending) -> tuple[float, Array]:
    """Log-likelihood over all customers (equation 1a), and its gradient of shape (3,)."""
    p, q, v = parameters
    x, mean, weight = spending.purchases, spending.mean_value, spending.customers
    by_x, place = np.unique(x, return_inverse=True)
    n = np.bincount(place, weights=weight)
    total = x * mean
    log_total, log_sum = np.log(total), np.log(total + v)

    value = n @ (
        gammaln(p * by_x + q) - gammaln(p * by_x) - gammaln(q) + q * np.log(v)
    ) + weight @ (p * x * log_total - np.log(mean) - (p * x + q) * log_sum)
    gradient = np.array(
        [
            n @ (by_x * (psi(p * by_x + q) - psi(p * by_x))) + weight @ (x * (log_total - log_sum)),
            n @ (psi(p * by_x + q) - psi(q) + np.log(v)) - weight @ log_sum,
            n.sum() * q / v - weight @ ((p * x + q) / (total + v)),
        ]
    )
    return float(value), gradient
