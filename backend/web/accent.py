"""An organisation's own accent colour, only if everybody can read it.

The colour replaces the turquoise of the Spur, never the blue of actions. From one colour follow a soft ground,
a strong variant and a light variant for dark screens; each pair reaches WCAG contrast 4.5 : 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MIN_CONTRAST = 4.5
WHITE = (255, 255, 255)
GROUND = (242, 243, 248)  # KERN neutral-025, the page's ground
NIGHT = (19, 21, 37)  # KERN neutral-950, panels on dark screens
STEPS = 20
SRGB_KNEE = 0.04045  # IEC 61966-2-1
_HEX = re.compile(r"[0-9a-f]{6}")

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class AccentTooPale(Exception):
    """The colour cannot be read on white or on the page's ground."""

    contrast: float


def contrast(first: Rgb, second: Rgb) -> float:
    """Return the contrast of two colours (WCAG 2.2, 1 to 21)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def check_accent(value: str) -> Rgb:
    """Return the colour of six hex digits. Raises: ValueError, AccentTooPale."""
    if not _HEX.fullmatch(value):
        msg = f"expected six lowercase hex digits, got {value!r}"
        raise ValueError(msg)
    colour = (int(value[0:2], 16), int(value[2:4], 16), int(value[4:6], 16))
    worst = min(contrast(colour, WHITE), contrast(colour, GROUND))
    if worst < MIN_CONTRAST:
        raise AccentTooPale(round(worst, 2))
    return colour


def accent_stylesheet(value: str) -> str | None:
    """Return the tokens that replace the accent, or None for a colour that may not be used."""
    try:
        colour = check_accent(value)
    except (ValueError, AccentTooPale):
        return None
    light = _until_readable(colour)
    day = _tokens(colour, _mix(colour, (0, 0, 0), 0.3), _mix(colour, WHITE, 0.86), "#fff")
    night = _tokens(light, _mix(light, WHITE, 0.3), _mix(colour, NIGHT, 0.45), "#000")
    return (
        f":root{{{day}}}"
        f"@media (prefers-color-scheme:dark){{:root:not([data-mm-theme=light],[data-mm-contrast=high]){{{night}}}}}"
        f":root[data-mm-theme=dark]{{{night}}}"
    )


def _tokens(accent: Rgb, strong: Rgb, soft: Rgb, on_accent: str) -> str:
    return (
        f"--mm-accent:{_hex(accent)};--mm-accent-strong:{_hex(strong)};"
        f"--mm-accent-soft:{_hex(soft)};--mm-on-accent:{on_accent}"
    )


def _until_readable(colour: Rgb) -> Rgb:
    for step in range(STEPS + 1):
        lighter = _mix(colour, WHITE, step / STEPS)
        if contrast(lighter, NIGHT) >= MIN_CONTRAST:
            return lighter
    return WHITE


def _mix(colour: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def _hex(colour: Rgb) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)


def _luminance(colour: Rgb) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= SRGB_KNEE else ((part + 0.055) / 1.055) ** 2.4)
