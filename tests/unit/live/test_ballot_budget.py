"""The phone ballot's first load: everything it needs to vote, in at most 25 KB; and how its modules are joined."""

from __future__ import annotations

import gzip
import json
import subprocess
from pathlib import Path

import pytest

from backend.kit.clock import SystemClock
from backend.web.assets import BUILD, ROOT, load_assets
from backend.web.bundle import PHONE
from backend.web.joining import ENTRY, JOINED, SOURCES, NotPlain, joined
from backend.web.languages import LANGUAGES, SPOKEN
from backend.web.links import Links
from backend.web.minifying import TERSER, minified
from backend.web.node import NoNode, node_command
from backend.web.rendering import build_pages

BUDGET_BYTES = 25_000
MODULES = ROOT / "backend" / "web" / "static" / SOURCES
PACKAGES = ROOT / "node_modules"


def node() -> list[str]:
    """Return the command that starts Node.js; nothing where there is none."""
    try:
        return node_command()
    except NoNode:
        return []


def packed(text: str) -> int:
    """Return the size of a text as it travels."""
    return len(gzip.compress(text.encode(), 9))


def start_page(code: str) -> str:
    """Return the page of `/s` in a language."""
    pages = build_pages(assets=load_assets(), clock=SystemClock(), key=b"k" * 32)
    context: dict[str, object] = {
        "org": None,
        "section": None,
        "nav": (),
        "workplaces": (),
        "language": LANGUAGES[code],
        "lang": code,
        "dir": LANGUAGES[code].direction,
        "languages": SPOKEN,
        "all_languages": tuple(LANGUAGES.values()),
        "display": None,
        "path": "/s",
        "url": Links("/s"),
        "principal": None,
        "csrf": "",
        "flash": (),
        "now": SystemClock().now(),
        "surface": "phone",
        "hall": None,
        "card": "",
        "problem": "",
    }
    return pages.render("live/start.html", context, LANGUAGES[code])


@pytest.mark.skipif(not (BUILD / "manifest.json").is_file(), reason="the web assets are not built")
@pytest.mark.parametrize("code", ["de", "ls", "en"])
def test_first_load_stays_within_its_budget(code: str) -> None:
    tree = BUILD / json.loads((BUILD / "manifest.json").read_text(encoding="utf-8"))["tree"]
    parts = {"page": packed(start_page(code))}
    parts |= {name: (tree / f"{name}.gz").stat().st_size for name in (PHONE, JOINED)}
    assert sum(parts.values()) <= BUDGET_BYTES, parts


def test_page_asks_for_nothing_else() -> None:
    page = start_page("de")
    assert page.count('rel="stylesheet"') in {1, 4}  # built, or the single files
    assert page.count("<script") == 1
    assert "http://" not in page
    assert "https://" not in page
    assert " style=" not in page


def modules() -> dict[str, str]:
    """Return the sources."""
    return {path.name: path.read_text(encoding="utf-8") for path in MODULES.glob("*.js")}


@pytest.mark.skipif(not node(), reason="needs Node.js")
@pytest.mark.parametrize("packages", [PACKAGES, Path("nowhere")], ids=["minified", "as joined"])
def test_script_for_phones_is_sound(tmp_path: Path, packages: Path) -> None:
    script = tmp_path / "ballot.mjs"
    script.write_text(minified(joined(modules(), ENTRY), packages), encoding="utf-8")
    assert "/**" not in script.read_text(encoding="utf-8")
    done = subprocess.run([*node(), "--check", str(script)], check=False, capture_output=True, text=True)  # noqa: S603
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not (PACKAGES / TERSER).is_file(), reason="npm's packages are not installed")
def test_minify_keeps_what_pages_name_and_shortens_what_is_our_own() -> None:
    whole = joined(modules(), ENTRY)
    small = minified(whole, PACKAGES)
    assert packed(small) < 0.85 * packed(whole)
    assert "screenFor" not in small  # a name only we use
    assert "mm-draft-" in small  # a key in the phone's store


def test_minify_without_packages_leaves_the_script_as_it_is(tmp_path: Path) -> None:
    assert minified("const a = 1;\n", tmp_path) == "const a = 1;\n"


@pytest.mark.skipif(not (PACKAGES / TERSER).is_file(), reason="npm's packages are not installed")
def test_minify_what_is_no_script_is_an_error() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        minified("const = ;", PACKAGES)


def test_joined_script_holds_every_module_once_and_sources_stay_small() -> None:
    sources = modules()
    script = joined(sources, ENTRY)
    assert script.count("class Hall {") == 1
    assert "import " not in script.replace("important", "")
    long = {name: source.count("\n") for name, source in sources.items() if source.count("\n") > 150}
    assert not long


@pytest.mark.parametrize(
    "sources",
    [
        {"main.js": 'import { a as b } from "./a.js";\n', "a.js": "export const a = 1;\n"},
        {"main.js": 'import a from "./a.js";\n', "a.js": "export default 1;\n"},
        {"main.js": 'const a = import("./a.js");\n', "a.js": ""},
        {"main.js": 'import { a } from "./a.js";\n', "a.js": 'import { b } from "./main.js";\nexport const a = b;\n'},
        {"main.js": 'import { a } from "./a.js";\nconst b = a;\n', "a.js": "const b = 1;\nexport const a = b;\n"},
    ],
)
def test_join_what_is_not_plain_is_refused(sources: dict[str, str]) -> None:
    with pytest.raises(NotPlain):
        joined(sources, "main.js")
