"""Finds the parameters under which what was seen is most likely."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Array = npt.NDArray[np.float64]

# Parameters beyond e^±8 times the start mean that the likelihood has no maximum: a population
# without any difference between customers, or with nothing to tell them by.
_FARTHEST = 8.0

# Of logarithms of parameters: curvature from central differences is then good to some 1e-8 of the
# largest, so that what is flatter than that in any direction is not told from flat.
_STEP = 1e-4
_FLATTEST = 1e-8


@dataclass(frozen=True)
class Fit:
    """The best parameters found, all positive, and whether they are a maximum.

    `covariance` is that of the errors of their logarithms, of shape (size, size): the same in any
    unit. None where there is no maximum, or one too flat to tell how far the parameters may be off.
    """

    parameters: tuple[float, ...]
    log_likelihood: float
    converged: bool
    covariance: Array | None


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
    steepest = float(np.max(np.abs(cast(Array, found.jac))))
    is_inside = bool(np.all(np.abs(found.x) < _FARTHEST))
    converged = is_inside and math.isfinite(steepest) and steepest < 1e-5
    return Fit(
        parameters=tuple(float(value) for value in np.exp(found.x)),
        log_likelihood=-float(found.fun) * count,
        converged=converged,
        covariance=inverse_curvature(lambda logs: cost(logs)[1], found.x, count)
        if converged
        else None,
    )


def inverse_curvature(
    gradient: Callable[[Array], Array], minimum: Array, count: float
) -> Array | None:
    """The inverse of the observed information, which the covariance of estimates comes to.

    Args:
        gradient: of the mean cost, minus the log-likelihood of a customer, of shape (size,).
        minimum: where the cost is least, of shape (size,).
        count: number of customers.

    Returns:
        Shape (size, size); None unless the information is finite and positive definite.
    """
    curvature = derivatives(gradient, minimum)
    if not np.all(np.isfinite(curvature)):
        return None
    values, directions = np.linalg.eigh(count * (curvature + curvature.T) / 2)
    if values[0] <= _FLATTEST * values[-1]:
        return None
    return np.asarray((directions / values) @ directions.T)


def derivatives(function: Callable[[Array], Array], at: Array) -> Array:
    """Central differences of a function of logarithms of parameters, by each of them in turn.

    Returns:
        Shape (size of `at`, size of what the function gives).
    """
    steps = _STEP * np.eye(len(at))
    return np.array([(function(at + step) - function(at - step)) / (2 * _STEP) for step in steps])


def counts_by_value(values: Array, weights: Array) -> tuple[Array, Array]:
    """Distinct values and the sum of the weights of each: what is a function of them is cheap."""
    distinct, place = np.unique(values, return_inverse=True)
    return distinct, np.bincount(place, weights=weights).astype(np.float64)


def weighted_sum(weights: Array, values: npt.NDArray[np.floating]) -> float:
    """The sum of weights times values, to the last bit the same whatever the number of threads.

    A product of vectors is left to threads of BLAS, which took 15 times the processor's time.
    """
    return float(np.sum(weights * values))
