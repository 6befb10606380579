"""What every surface that prints stands in: a machine that cannot lay out text says so in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from backend.paper.errors import NoPrinting
from printables.types import NoTypesetter

RETRY_AFTER_S = 600  # somebody has to install a library first


@contextmanager
def press() -> Iterator[None]:
    """Turn a missing library into a refusal people can read. Raises: NoPrinting."""
    try:
        yield
    except NoTypesetter as lacking:
        raise NoPrinting(
            "Auf diesem Server fehlt die Bibliothek Pango, ohne sie entstehen keine PDF-Bögen. "
            "Was die Technik tun kann, sagt ./mach doctor.",
            retry_after_s=RETRY_AFTER_S,
        ) from lacking
