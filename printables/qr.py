"""QR symbols as vectors: module matrix, SVG for templates, PDF path operators for overlays.

Guarantees: error correction M, the smallest version that fits unless one is asked for, the same matrix for the
same text every time. Refuses texts that do not fit the asked version. Source: ISO/IEC 18004.
"""

from collections.abc import Iterator
from typing import Final, TypeAlias

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError

Matrix: TypeAlias = list[list[bool]]
QUIET_MODULES: Final = 4  # the light margin the standard asks for on every side
SHEET_VERSION: Final = 3  # 29 × 29 modules hold both lengths of sheet code: one symbol size on every sheet


class QrTooLong(ValueError):
    """The text does not fit into the asked symbol."""


def matrix(text: str, *, version: int | None = None) -> Matrix:
    """Return the modules of the symbol for `text`, dark = True, without quiet zone.

    Raises:
        QrTooLong: the text needs a larger symbol than `version` (or than any).
    """
    symbol = qrcode.QRCode(version=version, error_correction=ERROR_CORRECT_M, border=0)
    symbol.add_data(text)
    try:
        symbol.make(fit=version is None)
    except (DataOverflowError, ValueError) as error:
        msg = f"{len(text)} characters do not fit into a QR symbol of version {version or 40}"
        raise QrTooLong(msg) from error
    return [[bool(module) for module in row] for row in symbol.modules]


def runs(modules: Matrix) -> Iterator[tuple[int, int, int]]:
    """Yield dark horizontal runs as (column, row, length), rows from the top."""
    for y, row in enumerate(modules):
        start = None
        for x, dark in enumerate([*row, False]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                yield start, y, x - start
                start = None


def svg(text: str, *, quiet: int = QUIET_MODULES) -> str:
    """Return a standalone SVG of the symbol, black on white, `quiet` modules of margin included."""
    modules = matrix(text)
    size = len(modules) + 2 * quiet
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in runs(modules))
    box = f"{-quiet} {-quiet} {size} {size}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M{-quiet} {-quiet}h{size}v{size}h-{size}z"/><path fill="#000" d="{path}"/></svg>'
    )


def pdf_path(text: str, *, size: float, version: int | None = None) -> bytes:
    """Return PDF operators that fill the symbol into a `size` × `size` square with its origin bottom left."""
    modules = matrix(text, version=version)
    count = len(modules)
    boxes = (f"{x} {count - 1 - y} {length} 1 re" for x, y, length in runs(modules))
    return f"q {size / count:.6f} 0 0 {size / count:.6f} 0 0 cm 0 g\n{' '.join(boxes)} f Q".encode()
