"""The house scale: the words and numbers by which ratings are called in what leaves the house.

``config/house_scale.toml`` of a home, else the bundled one. It is for display and export only: no record and
no view knows it.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from factdesk.config import Home, read_table
from factdesk.model import Rating
from factdesk.resources import bundled

SCALE_NAME = "house_scale.toml"

_ONE_LINE = r"^[^\x00-\x1f\x7f]*\S[^\x00-\x1f\x7f]*$"
Number = Annotated[int, Field(ge=-1000, le=1000)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ScaleRating(_Table):
    """How one rating is called; ``number`` lies between the scale's worst and best, None gives no number."""

    text: Annotated[str, Field(min_length=1, max_length=100, pattern=_ONE_LINE)]
    number: Number | None = None


class HouseScale(_Table):
    """The whole scale. A rating that is not among ``ratings`` does not leave the house."""

    worst: Number
    best: Number
    ratings: dict[Annotated[Rating, Field(strict=False)], ScaleRating]

    @field_validator("best")
    @classmethod
    def _is_more_than_worst(cls, best: int, told: ValidationInfo) -> int:
        worst = told.data.get("worst")
        if worst is not None and worst >= best:
            raise ValueError(f"it ({best}) must be more than worst ({worst})")
        return best

    @field_validator("ratings")
    @classmethod
    def _lie_on_the_scale(
        cls, ratings: dict[Rating, ScaleRating], told: ValidationInfo
    ) -> dict[Rating, ScaleRating]:
        worst, best = told.data.get("worst"), told.data.get("best")
        if worst is None or best is None:
            return ratings  # which of them is bad is told instead
        for rating, entry in ratings.items():
            if entry.number is not None and not worst <= entry.number <= best:
                raise ValueError(f"the number of {rating} ({entry.number}) must lie from {worst} to {best}")
        return ratings


def read_house_scale(home: Home) -> HouseScale:
    """Read the scale that stands beside the settings of a home, else the bundled one.

    Raises ConfigError naming the key and the file.
    """
    own = home.root / "config" / SCALE_NAME
    return read_table(own if own.is_file() else bundled("config", SCALE_NAME), HouseScale)
