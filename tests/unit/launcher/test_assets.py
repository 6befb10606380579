"""The assembled assets: small, complete, hashed, and nowhere but here."""

import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from backend.web import build, vendor
from backend.web.assets import BUILD
from launcher import paths
from tests.services import missing

BALLOT_STYLE_BUDGET = 6_000
FONT_BUDGET = 60_000


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    file = BUILD / "manifest.json"
    if not file.is_file():
        missing("build/web", "./mach build")
    content = json.loads(file.read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


@pytest.fixture(scope="module")
def tree(manifest: dict[str, Any]) -> Path:
    return BUILD / str(manifest["tree"])


def test_manifest_lists_every_file_with_its_hash(manifest: dict[str, Any], tree: Path) -> None:
    found = {
        path.relative_to(tree).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in tree.rglob("*")
        if path.is_file() and path.suffix != ".gz"
    }
    assert found == manifest["files"]
    assert build._tree_hash(found) == manifest["hash"] == manifest["tree"]


def test_text_files_have_an_equal_compressed_twin(tree: Path) -> None:
    texts = [path for path in tree.rglob("*") if path.suffix in build.COMPRESSED]
    assert texts
    for path in texts:
        packed = path.with_name(path.name + ".gz")
        assert gzip.decompress(packed.read_bytes()) == path.read_bytes()


def test_third_parties_are_the_allowed_ones(manifest: dict[str, Any]) -> None:
    vendored = {name.removeprefix("vendor/") for name in manifest["files"] if name.startswith("vendor/")}
    fonts = {f"fonts/FiraSans-{weight}.woff2" for weight in vendor.FONT_WEIGHTS} | {"fonts/fonts.css"}
    zxing = {f"zxing/{name.removeprefix('es/')}" for name in vendor.ZXING_FILES}
    assert vendored == {"kern.css", "kern-ballot.css", "licences.txt"} | fonts | zxing


def test_style_sheets_refer_to_nothing_outside(tree: Path) -> None:
    build._check_addresses(tree)
    for path in (tree / "vendor").rglob("*.js"):
        assert "://" not in path.read_text(encoding="utf-8"), path.name


def test_third_parties_are_small(tree: Path) -> None:
    assert (tree / "vendor" / "kern-ballot.css.gz").stat().st_size <= BALLOT_STYLE_BUDGET
    assert sum(path.stat().st_size for path in (tree / "vendor" / "fonts").glob("*.woff2")) <= FONT_BUDGET


def test_licences_name_every_third_party(tree: Path) -> None:
    text = (tree / "vendor" / "licences.txt").read_text(encoding="utf-8")
    for expected in (
        "@kern-ux/native 2.",
        "Licence: EUPL-1.2",
        "zxing-wasm 3.",
        "Licence: MIT",
        "Open Font License",
    ):
        assert expected in text


@pytest.mark.parametrize(
    ("address", "is_fine"),
    [
        ("data:image/svg+xml,x", True),
        ("../img/crest.svg", True),
        ("../img/crest.svg#mark", True),
        ("../img/absent.svg", False),
        ("../../outside.svg", False),
        ("https://elsewhere.example/x.svg", False),
        ("//elsewhere.example/x.svg", False),
    ],
)
def test_address_in_a_style_sheet_must_be_served_with_it(tmp_path: Path, address: str, is_fine: bool) -> None:
    tree = tmp_path / "tree"
    (tree / "css").mkdir(parents=True)
    (tree / "img").mkdir()
    (tree / "img" / "crest.svg").touch()
    (tmp_path / "outside.svg").touch()
    (tree / "css" / "x.css").write_text(f'a{{background:url("{address}")}}', encoding="utf-8")
    if is_fine:
        build._check_addresses(tree)
        return
    with pytest.raises(build.OutsideTree, match=re.escape(address)):
        build._check_addresses(tree)


def test_unused_tokens_go_with_those_only_they_used() -> None:
    css = ':root{--kern-a:1px;--kern-b:var(--kern-c);--kern-c:2px;--kern-icon:url("data:x;y}z")}p{margin:var(--kern-a)}'
    assert vendor._drop_tokens(css, []) == ":root{--kern-a:1px;}p{margin:var(--kern-a)}"
    assert "--kern-c:2px" in vendor._drop_tokens(css, ["--kern-b"])


def test_script_that_names_another_host_in_a_new_way_is_refused(tmp_path: Path) -> None:
    for name in vendor.ZXING_FILES:
        file = tmp_path / vendor.ZXING / "dist" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text('fetch("https://elsewhere.example")', encoding="utf-8")
    with pytest.raises(vendor.ForeignAddress):
        vendor.copy_zxing(tmp_path, tmp_path / "out")


def test_build_is_repeatable_and_skipped_when_nothing_changed(manifest: dict[str, Any]) -> None:
    if build._fingerprint() != manifest["inputs"]:
        pytest.skip("sources changed since the last build")
    assert build._built_from() == manifest["inputs"]
    assert (paths.ROOT / "build" / "tsconfig.json").is_file()
