"""Purchases and their values as lifetimes models them."""

from copy import copy
from dataclasses import dataclass

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
from lifetimes import BetaGeoFitter, GammaGammaFitter  # type: ignore[import-untyped]
from scipy.linalg import block_diag

from orchestration.building.fits.maximum_likelihood import Array

WEEKS = 52


@dataclass(frozen=True)
class Models:
    """Both models of lifetimes, and the logarithms of their parameters."""

    purchases: BetaGeoFitter
    values: GammaGammaFitter

    @classmethod
    def fitted(cls, found: pd.DataFrame) -> "Models":
        """Fit both to histories in weeks: frequency, recency, T and monetary_value."""
        spent = found[(found["frequency"] > 0) & (found["monetary_value"] > 0)]
        return cls(
            BetaGeoFitter().fit(found["frequency"], found["recency"], found["T"]),
            GammaGammaFitter().fit(spent["frequency"], spent["monetary_value"]),
        )

    @property
    def covariance(self) -> Array:
        """Of the logarithms of r, alpha, a, b, p, q, v, from exact second derivatives."""
        fitted = self.purchases, self.values
        blocks = [np.linalg.inv(model._hessian_) / model.data["weights"].sum() for model in fitted]
        return np.asarray(block_diag(*blocks))

    def moved(self, step: Array) -> "Models":
        """The same models with other parameters, by a step in their logarithms."""
        purchases, values = copy(self.purchases), copy(self.values)
        purchases.params_ = purchases.params_ * np.exp(step[:4])
        values.params_ = values.params_ * np.exp(step[4:])
        return Models(purchases, values)

    def expected(self, found: pd.DataFrame, steps: int) -> dict[str, pd.Series]:
        """What is expected of each customer in a year, discounted at the middle of each step."""
        history = found["frequency"], found["recency"], found["T"]
        by_then = np.stack(
            [
                self.purchases.conditional_expected_number_of_purchases_up_to_time(week, *history)
                for week in np.linspace(0, WEEKS, steps + 1)
            ]
        )
        middles = (np.arange(steps) + 0.5) / steps
        discounted = np.diff(by_then, axis=0).T @ 1.1**-middles
        value = self.values.conditional_expected_average_profit(
            found["frequency"], found["monetary_value"].clip(lower=0)
        )
        alive = self.purchases.conditional_probability_alive(*history)
        return {
            "purchases_expected": pd.Series(by_then[-1], found.index),
            "p_alive": pd.Series(alive, found.index),
            "clv": discounted * value,
        }
