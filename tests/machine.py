"""What tests need of the machine beside Python, and machines that lack it.

`@pytest.mark.needs("pango")` names a piece of `launcher.system.PIECES`. A machine without it skips the test and says
which command helps; under `MACHMIT_TEST_STRICT` the test fails. Set-up shared by many tests calls `require` instead.
So tests, `./mach doctor` and `./mach demo` agree.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from launcher.system import PIECES
from printables.engine import _typesetter
from tests.services import missing

_PIECES = {piece.name: piece for piece in PIECES}


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Look for every piece a test is marked with before its fixtures are made."""
    for marker in item.iter_markers("needs"):
        for name in marker.args:
            require(name)


def require(name: str) -> None:
    """Skip the asking test where a piece is missing, or fail it where that is not allowed."""
    if not _is_there(name):
        missing(name, _PIECES[name].remedy)


def standard(name: str) -> Path:
    """Return a published schema from the folder beside the repository; skip where there is no such folder."""
    path = Path(__file__).parents[2] / "shared" / "standards" / name
    if not path.exists():
        pytest.skip(f"no {name} in ../shared/standards beside the repository")
    return path


@pytest.fixture
def no_pango(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine where the loader finds no library that lays out text."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "printables.typesetter", raising=False)
    monkeypatch.setattr("cffi.FFI.dlopen", _find_nothing)
    _typesetter.cache_clear()
    yield
    _typesetter.cache_clear()


@cache
def _is_there(name: str) -> bool:
    return _PIECES[name].is_there()


def _find_nothing(_ffi: object, name: str, _flags: int = 0) -> None:
    raise OSError(f"cannot load library {name!r}")
