"""Layout maps: where the renderer put the squares, the code and every circle of a sheet.

Guarantees: positions come from the rendered page's anchors, in millimetres from the top left corner, rounded to
a micrometre, so that the same sheet always has the same SHA-256. The JSON form is what is stored and exported.
Refuses maps whose hash does not match their content.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from printables.types import BallotRule, BallotType

Json: TypeAlias = dict[str, Any]
_DIGITS: Final = 3


class LayoutError(ValueError):
    """A layout map that is damaged or does not fit its poll."""


@dataclass(frozen=True, slots=True)
class Square:
    """A square given by its centre and side length in millimetres."""

    x_mm: float
    y_mm: float
    side_mm: float

    def corners(self) -> tuple[tuple[float, float], ...]:
        """Return top left, top right, bottom right, bottom left."""
        half = self.side_mm / 2
        left, right, top, bottom = self.x_mm - half, self.x_mm + half, self.y_mm - half, self.y_mm + half
        return ((left, top), (right, top), (right, bottom), (left, bottom))


@dataclass(frozen=True, slots=True)
class Circle:
    """One circle to mark: the option or statement it belongs to and, in grids, the column's level."""

    choice: str
    level: int | None
    x_mm: float
    y_mm: float
    diameter_mm: float


@dataclass(frozen=True, slots=True)
class LayoutMap:
    """Geometry and rule of one printed sheet. `number` is what the sheet's code says; `sha256` covers the rest."""

    number: int
    width_mm: float
    height_mm: float
    fiducials: tuple[Square, Square, Square, Square]  # top left, top right, bottom left, bottom right
    code: Square
    circles: tuple[Circle, ...]
    rule: BallotRule
    sha256: str


def build(
    page_mm: tuple[float, float], fiducials: Sequence[Square], code: Square, circles: Sequence[Circle], rule: BallotRule
) -> LayoutMap:
    """Return the map for measured positions; its number is the head of its hash."""
    if len(fiducials) != 4 or not circles:  # noqa: PLR2004 – a page has four corners
        msg = f"expected 4 squares and at least one circle, got {len(fiducials)} and {len(circles)}"
        raise LayoutError(msg)
    top_left, top_right, bottom_left, bottom_right = (_rounded_square(square) for square in fiducials)
    draft = LayoutMap(
        number=0,
        width_mm=round(page_mm[0], _DIGITS),
        height_mm=round(page_mm[1], _DIGITS),
        fiducials=(top_left, top_right, bottom_left, bottom_right),
        code=_rounded_square(code),
        circles=tuple(_rounded_circle(circle) for circle in circles),
        rule=rule,
        sha256="",
    )
    digest = _digest(draft)
    return replace(draft, number=int(digest[:4], 16), sha256=digest)


def bind(layout: LayoutMap, rule: BallotRule, names: Mapping[str, str]) -> LayoutMap:
    """Bind a pre-printed reserve sheet to a poll: `names` maps printed ids (A, B, …) to the poll's option ids.

    Circles without a name keep their printed id, so a cross there is outside `rule.choices` and makes the sheet
    invalid. The number stays the one on the paper.

    Raises:
        LayoutError: a choice of the rule has no circle.
    """
    circles = tuple(replace(circle, choice=names.get(circle.choice, circle.choice)) for circle in layout.circles)
    missing = set(rule.choices) - {circle.choice for circle in circles}
    if missing:
        msg = f"the reserve sheet has no circle for {sorted(missing)}"
        raise LayoutError(msg)
    bound = replace(layout, circles=circles, rule=rule)
    return replace(bound, sha256=_digest(bound))


def to_json(layout: LayoutMap) -> Json:
    """Return the stored and exported form: millimetres from the top left corner of the page."""
    return {**_content(layout), "layout": layout.number, "sha256": layout.sha256}


def from_json(document: Json) -> LayoutMap:
    """Read a stored map.

    Raises:
        LayoutError: a field is missing or the hash does not match.
    """
    try:
        layout = _read(document)
    except (KeyError, TypeError, ValueError) as error:
        msg = f"expected a complete layout map, got {error!r}"
        raise LayoutError(msg) from error
    if _digest(layout) != layout.sha256:
        msg = "the layout map does not match its SHA-256"
        raise LayoutError(msg)
    return layout


def _read(document: Json) -> LayoutMap:
    page, rule = document["page"], document["rule"]
    top_left, top_right, bottom_left, bottom_right = (_square(item) for item in document["fiducials"])
    return LayoutMap(
        number=document["layout"],
        width_mm=page["width_mm"],
        height_mm=page["height_mm"],
        fiducials=(top_left, top_right, bottom_left, bottom_right),
        code=_square(document["code"]),
        circles=tuple(
            Circle(item["id"], item["level"], item["x_mm"], item["y_mm"], item["diameter_mm"])
            for item in document["options"]
        ),
        rule=BallotRule(
            type=BallotType(rule["type"]),
            choices=tuple(rule["choices"]),
            max_choices=rule["max"],
            exclusive=frozenset(rule["exclusive"]),
        ),
        sha256=document["sha256"],
    )


def _content(layout: LayoutMap) -> Json:
    rule = layout.rule
    return {
        "page": {"width_mm": layout.width_mm, "height_mm": layout.height_mm},
        "fiducials": [_square_json(square) for square in layout.fiducials],
        "code": _square_json(layout.code),
        "options": [
            {
                "id": circle.choice,
                "level": circle.level,
                "x_mm": circle.x_mm,
                "y_mm": circle.y_mm,
                "diameter_mm": circle.diameter_mm,
            }
            for circle in layout.circles
        ],
        "rule": {
            "type": rule.type.value,
            "choices": list(rule.choices),
            "max": rule.max_choices,
            "exclusive": sorted(rule.exclusive),
        },
    }


def _digest(layout: LayoutMap) -> str:
    text = json.dumps(_content(layout), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _square_json(square: Square) -> Json:
    return {"x_mm": square.x_mm, "y_mm": square.y_mm, "side_mm": square.side_mm}


def _square(document: Json) -> Square:
    return Square(document["x_mm"], document["y_mm"], document["side_mm"])


def _rounded_square(square: Square) -> Square:
    return Square(round(square.x_mm, _DIGITS), round(square.y_mm, _DIGITS), round(square.side_mm, _DIGITS))


def _rounded_circle(circle: Circle) -> Circle:
    return replace(
        circle,
        x_mm=round(circle.x_mm, _DIGITS),
        y_mm=round(circle.y_mm, _DIGITS),
        diameter_mm=round(circle.diameter_mm, _DIGITS),
    )
