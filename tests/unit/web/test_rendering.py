"""Every page of ours: language, direction, links that keep choices, nothing inline, nothing foreign."""

from __future__ import annotations

import re
from html import unescape

import pytest
from jinja2 import UndefinedError
from litestar import Litestar
from litestar.testing import TestClient

from backend.web.assets import Assets
from backend.web.languages import GERMAN, LANGUAGES
from backend.web.rendering import Pages, wording

PAGES = ["plain", "form", "office", "work", "ballot"]


def test_every_template_compiles_in_every_language(pages: Pages) -> None:
    for environment in pages.environments.values():
        for name in environment.list_templates(extensions=["html"]):
            environment.get_template(name)


@pytest.mark.parametrize("name", PAGES)
def test_page_has_nothing_inline_and_nothing_foreign(client: TestClient[Litestar], name: str) -> None:
    text = client.get(f"/page/{name}", headers={"x-test-session": "s1"}).text
    assert " style=" not in text
    assert "<style" not in text
    assert not re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", text)
    assert not re.findall(r"\son[a-z]+=", text)
    assert not re.findall(r"""(?:src|href|action)=["'](?:https?:)?//""", text)


@pytest.mark.parametrize("name", PAGES)
def test_page_names_only_assets_we_have(client: TestClient[Litestar], assets: Assets, name: str) -> None:
    text = client.get(f"/page/{name}").text
    named = set(re.findall(rf"/static/{assets.tree}/([^\"]+)", text))
    assert named
    assert {path for path in named if not path.startswith("vendor/")} <= set(assets.files)


@pytest.mark.parametrize("name", PAGES)
def test_page_has_one_main_one_title_and_a_skip_link_target(client: TestClient[Litestar], name: str) -> None:
    text = client.get(f"/page/{name}").text
    assert text.count("<main") == 1
    assert 'id="inhalt"' in text
    assert 'href="#inhalt"' in text
    assert re.search(r"<title>[^<]{3,}</title>", text)


@pytest.mark.parametrize("code", LANGUAGES)
def test_page_speaks_the_language_of_its_address(client: TestClient[Litestar], code: str) -> None:
    response = client.get(f"/page/plain?lang={code}")
    language = LANGUAGES[code]
    assert f'<html lang="{language.tag}" dir="{language.direction}"' in response.text
    assert response.headers["content-language"] == language.tag
    assert f'href="/spur?lang={code}"' in response.text


def test_form_that_failed_leads_to_pages_that_can_be_opened(client: TestClient[Litestar]) -> None:
    refused = client.post("/page/plain/send?ansicht=hell&lang=en", headers={"sec-fetch-site": "same-origin"})
    assert refused.status_code == 422
    links = re.findall(r'href="(/page/[^"]*)"', refused.text)
    assert "/page/plain?ansicht=hell&amp;lang=tr" in links
    assert {client.get(unescape(link)).status_code for link in links} == {200}


@pytest.mark.parametrize(
    ("texts", "expected", "originals"),
    [
        ({"de": "Baum <1>", "en": "Tree"}, "Tree", set()),
        ({"de": "Baum <1>"}, '<span lang="de" dir="ltr">Baum &lt;1&gt;</span>', {"de"}),
        ({"ar": "شجرة"}, '<span lang="ar" dir="rtl">شجرة</span>', {"ar"}),
        ({"de": "", "en": ""}, "", set()),
    ],
)
def test_text_in_another_language_than_its_page_is_marked(
    pages: Pages, texts: dict[str, str], expected: str, originals: set[str]
) -> None:
    seen: set[str] = set()
    english = LANGUAGES["en"]
    template = pages.environments["en"].from_string("{{ texts|said }}")
    assert template.render(texts=texts, language=english, originals=seen) == expected
    assert seen == originals


def test_text_in_german_needs_no_mark_beside_leichte_sprache(pages: Pages) -> None:
    template = pages.environments["ls"].from_string("{{ texts|said }}")
    assert template.render(texts={"de": "Baum"}, language=LANGUAGES["ls"], originals=set()) == "Baum"


def test_page_without_choice_follows_the_browser(client: TestClient[Litestar]) -> None:
    response = client.get("/page/plain", headers={"accept-language": "fr, en;q=0.8, de;q=0.5"})
    assert '<html lang="en-GB"' in response.text
    assert 'href="/spur"' in response.text


def test_page_with_unknown_language_is_german(client: TestClient[Litestar]) -> None:
    assert '<html lang="de"' in client.get("/page/plain?lang=xx").text


@pytest.mark.parametrize(
    ("display", "attributes"),
    [
        ("dunkel", 'data-mm-theme="dark" data-kern-theme="dark"'),
        ("hell", 'data-mm-theme="light" data-kern-theme="light"'),
        ("kontrast", 'data-mm-contrast="high" data-kern-theme="dark"'),
    ],
)
def test_page_keeps_the_chosen_display(client: TestClient[Litestar], display: str, attributes: str) -> None:
    text = client.get(f"/page/plain?ansicht={display}").text
    assert f'<html lang="de" dir="ltr" {attributes}>' in text
    assert f'href="/spur?ansicht={display}"' in text


def test_page_with_a_display_we_do_not_have_follows_the_device(client: TestClient[Litestar]) -> None:
    assert '<html lang="de" dir="ltr">' in client.get('/page/plain?ansicht="><b>').text


def test_undefined_name_is_an_error_and_not_an_empty_page(pages: Pages) -> None:
    template = pages.environments["de"].from_string("{{ nobody }}")
    with pytest.raises(UndefinedError):
        template.render()


def test_values_are_escaped(pages: Pages) -> None:
    template = pages.environments["de"].from_string("{{ word }}")
    assert template.render(word="<script>") == "&lt;script&gt;"


def test_every_icon_is_drawn(pages: Pages) -> None:
    icons = pages.environments["de"].get_template("web/macros/icons.html").module
    names = icons.shapes  # type: ignore[attr-defined]
    assert len(names) > 60
    for name in names:
        assert icons.icon(name).startswith("<svg")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        ({"de": "Bank", "en": "bench"}, "bench"),
        ({"de": "Bank"}, "Bank"),
        ({"ls": "Sitz"}, "Sitz"),
        ({}, ""),
    ],
)
def test_wording_falls_back_to_german(texts: dict[str, str], shown: str) -> None:
    assert wording(texts, LANGUAGES["en"]) == shown
    assert wording({"de": "Bank", "en": "bench"}, GERMAN) == "Bank"
