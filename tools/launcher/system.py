"""System pieces some features need, how to find out whether they are there, and how to get them."""

import contextlib
import ctypes
import ctypes.util
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass

from launcher.processes import run
from launcher.words import say, words

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_PANGO = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")


@dataclass(frozen=True, slots=True)
class Piece:
    """A library or program outside Python; its name is also the key of its sentence."""

    name: str
    is_there: Callable[[], bool]
    debian: tuple[str, ...]
    in_demo: bool = True

    @property
    def remedy(self) -> str:
        """Return the one command that installs it on Debian and Ubuntu."""
        return f"apt-get install {' '.join(self.debian)}"


def _has_pango() -> bool:
    return all(_loads(name) for name in _PANGO)


def _loads(library: str) -> bool:
    for name in (f"lib{library}.so.0", ctypes.util.find_library(library)):
        with contextlib.suppress(OSError):
            if name:
                ctypes.CDLL(name)
                return True
    return False


def _has_program(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


PIECES = (
    Piece("pango", _has_pango, ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")),
    Piece("espeak", _has_program("espeak-ng"), ("espeak-ng",)),
    Piece("chromium", _has_program(*BROWSERS), ("chromium",), in_demo=False),
)


def name_missing(*, in_demo: bool) -> None:
    """Name the missing pieces, each with the one command that helps."""
    missing = [piece for piece in PIECES if (piece.in_demo or not in_demo) and not piece.is_there()]
    for piece in missing:
        say("missing", name=words(piece.name), remedy=piece.remedy)
    if missing:
        say("works_without")


def install_missing() -> None:
    """Install the missing pieces as root on Debian and Ubuntu; elsewhere only name them."""
    packages = [package for piece in PIECES if not piece.is_there() for package in piece.debian]
    if not packages:
        return
    if os.name == "nt" or os.geteuid() != 0 or shutil.which("apt-get") is None:
        name_missing(in_demo=False)
        return
    say("apt", names=", ".join(packages))
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-qq"], env=quiet)
    run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], env=quiet)
