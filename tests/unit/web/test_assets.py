"""Assets: one hash for the tree, only known files, cached for a year."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.datastructures import State
from litestar.testing import TestClient

from backend.web.assets import Assets, UnknownAsset, load_assets, media_type
from backend.web.static_files import static_routes

TREE = "0123456789abcdef"


@pytest.fixture
def built(tmp_path: Path) -> Assets:
    folder = tmp_path / TREE / "css"
    folder.mkdir(parents=True)
    (folder / "mm.css").write_text("a{}", encoding="utf-8")
    (folder / "mm.css.gz").write_bytes(gzip.compress(b"a{}"))
    (tmp_path / "manifest.json").write_text(json.dumps({"tree": TREE}), encoding="utf-8")
    return load_assets(build=tmp_path, sources=())


@pytest.fixture
def shop(built: Assets) -> TestClient[Litestar]:
    return TestClient(Litestar(static_routes, state=State({"assets": built})))


def test_built_tree_is_named_by_its_manifest(built: Assets) -> None:
    assert built.href("css/mm.css") == f"/static/{TREE}/css/mm.css"


def test_built_tree_refuses_unknown_names(built: Assets) -> None:
    with pytest.raises(UnknownAsset):
        built.href("css/none.css")


def test_sources_change_their_hash_with_their_content(tmp_path: Path) -> None:
    source = tmp_path / "static"
    source.mkdir()
    (source / "a.css").write_text("a{}", encoding="utf-8")
    first = load_assets(build=tmp_path / "none", sources=[("staff", source)])
    (source / "a.css").write_text("b{}", encoding="utf-8")
    second = load_assets(build=tmp_path / "none", sources=[("staff", source)])
    assert list(first.files) == ["staff/a.css"]
    assert first.tree != second.tree


def test_file_is_served_for_a_year(shop: TestClient[Litestar]) -> None:
    response = shop.get(f"/static/{TREE}/css/mm.css", headers={"accept-encoding": "identity"})
    assert response.text == "a{}"
    assert response.headers["content-type"] == "text/css; charset=utf-8"
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_file_is_gzipped_where_the_browser_takes_it(shop: TestClient[Litestar]) -> None:
    response = shop.get(f"/static/{TREE}/css/mm.css", headers={"accept-encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"
    assert response.text == "a{}"


def test_file_of_an_older_tree_leads_to_todays(shop: TestClient[Litestar]) -> None:
    response = shop.get("/static/oldoldold/css/mm.css", follow_redirects=False)
    assert response.status_code == 307
    assert response.headers["location"] == f"/static/{TREE}/css/mm.css"


@pytest.mark.parametrize(
    "path", ["css/none.css", "../manifest.json", "css/%2e%2e/%2e%2e/manifest.json", "css/mm.css.gz"]
)
def test_anything_else_is_not_found(shop: TestClient[Litestar], path: str) -> None:
    assert shop.get(f"/static/{TREE}/{path}").status_code >= 400


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.js", "text/javascript"),
        ("a.svg", "image/svg+xml"),
        ("a.webmanifest", "application/manifest+json"),
        ("a.wasm", "application/wasm"),
        ("a.woff2", "font/woff2"),
        ("a.unknown", "application/octet-stream"),
    ],
)
def test_media_type_follows_the_name(name: str, kind: str) -> None:
    assert media_type(name) == kind


def test_accent_is_served_only_if_it_can_be_read(shop: TestClient[Litestar]) -> None:
    assert "--mm-accent:#7a0b4f" in shop.get("/farben/7a0b4f.css").text
    assert shop.get("/farben/ffee00.css").status_code >= 400
    assert shop.get("/farben/7a0b4f").status_code >= 400
