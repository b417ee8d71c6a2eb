"""Finds the parameters under which what was seen is most likely."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Array = npt.NDArray[np.float64]

# Parameters beyond e^±8 times the start mean that the likelihood has no maximum: a population
# without any difference between customers, or with nothing to tell them by.
_FARTHEST = 8.0


@dataclass(frozen=True)
class Fit:
    """The best parameters found, all positive, and whether they are a maximum."""

    parameters: tuple[float, ...]
    log_likelihood: float
    converged: bool


def maximise(
    log_likelihood: Callable[[Array], tuple[float, Array]], size: int, count: float
) -> Fit:
    """Maximise over the logarithms of the parameters, from 1 each; the same data, the same fit.

    Args:
        log_likelihood: gives the sum over all customers, and its gradient, at parameters of
            shape (size,).
        size: number of parameters.
        count: number of customers, so that tolerances are those of a mean.
    """

    def cost(logs: Array) -> tuple[float, Array]:
        parameters = np.exp(logs)
        value, gradient = log_likelihood(parameters)
        return -value / count, -gradient * parameters / count

    found = minimize(
        cost,
        np.zeros(size),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-_FARTHEST, _FARTHEST)] * size,
        options={"gtol": 1e-9, "ftol": 1e-15, "maxiter": 1000},
    )
    steepest = float(np.max(np.abs(found.jac)))
    is_inside = bool(np.all(np.abs(found.x) < _FARTHEST))
    return Fit(
        parameters=tuple(float(value) for value in np.exp(found.x)),
        log_likelihood=-float(found.fun) * count,
        converged=is_inside and math.isfinite(steepest) and steepest < 1e-5,
    )


def counts_by_value(values: Array, weights: Array) -> tuple[Array, Array]:
    """Distinct values and the sum of the weights of each: what is a function of them is cheap."""
    distinct, place = np.unique(values, return_inverse=True)
    return distinct, np.bincount(place, weights=weights).astype(np.float64)


def weighted_sum(weights: Array, values: Array) -> float:
    """The sum of weights times values, to the last bit the same whatever the number of threads.

    A product of vectors is left to threads of BLAS, which took 15 times the processor's time.
    """
    return float(np.sum(weights * values))
