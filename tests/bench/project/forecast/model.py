"""A seasonal model of demand."""

import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge

WEEK = 7


def history(days: int = 364) -> pd.DataFrame:
    """Made-up sales: a trend and a weekly season."""
    number = np.arange(days)
    sales = 100 + 0.1 * number + 20 * np.sin(2 * np.pi * number / WEEK)
    return pd.DataFrame({"sales": sales}, index=pd.date_range("2025-01-01", periods=days))


def features(days: pd.DatetimeIndex, start: pd.Timestamp) -> np.ndarray:
    """One row for each day: how long since the start, and which day of the week."""
    return np.column_stack([(days - start).days, *(days.dayofweek == day for day in range(WEEK))])


class Model:
    """Ridge regression on trend and weekday."""

    def __init__(self) -> None:
        table = history()
        self.start, self.end = table.index[0], table.index[-1]
        self.ridge = Ridge().fit(features(table.index, self.start), table["sales"])

    def predict(self, days: int) -> list[float]:
        """The sales of the next days."""
        ahead = pd.date_range(self.end, periods=days + 1, inclusive="right")
        return [round(float(value), 1) for value in self.ridge.predict(features(ahead, self.start))]
