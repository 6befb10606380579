"""Pages from templates: one Jinja environment per language, one base context per request.

Guarantees: everything is escaped, an undefined name is an error and not an empty page, sentences go through
gettext, no template reaches outside its folder. `Pages` is built once in `create_app` and kept in
`app.state.pages`; handlers call `page(request, "site/start.html", **context)`.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel import Locale
from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from litestar import Request, Response
from litestar.enums import MediaType
from litestar.response import Redirect
from markupsafe import Markup, escape

from backend.kit.clock import Clock
from backend.kit.i18n import Catalogs, Translator
from backend.web.assets import ROOT, Assets
from backend.web.compiled import compiled_templates
from backend.web.dates import Formats
from backend.web.flash import Flash, seal, unseal
from backend.web.languages import CHAINS, LANGUAGES, SPOKEN, Language, chosen, preferred
from backend.web.links import DISPLAY_FIELD, FLASH_FIELD, LANGUAGE_FIELD, Display, Links, is_local
from backend.web.readable import page_address

AnyRequest = Request[Any, Any, Any]
Processor = Callable[[AnyRequest], Mapping[str, object]]

TEMPLATES: Mapping[str, Path] = {
    "web": ROOT / "backend" / "web" / "templates",
    "site": ROOT / "backend" / "site" / "templates",
    "live": ROOT / "backend" / "live" / "templates",
    "staff": ROOT / "moderation" / "templates",
    "kiosk": ROOT / "kiosk" / "templates",
    "demo": ROOT / "backend" / "demo" / "templates",
}
LOCALES = ROOT / "backend" / "web" / "locales"


@dataclass(frozen=True, slots=True)
class Pages:
    """Everything a process needs to render."""

    environments: Mapping[str, Environment]
    translators: Mapping[str, Translator]
    clock: Clock
    key: bytes = field(repr=False)
    processors: tuple[Processor, ...] = ()

    def render(self, template: str, context: Mapping[str, object], language: Language) -> str:
        """Return a template as text in a language; `context` is everything it may use."""
        return self.environments[language.code].get_template(template).render(context)

    def csrf_token(self, session_id: str | None) -> str:
        """Return the token that binds a form to a sign-in; empty without one."""
        if not session_id:
            return ""
        return hmac.new(self.key, b"csrf\0" + session_id.encode(), hashlib.sha256).hexdigest()

    def base_context(self, request: AnyRequest) -> dict[str, object]:
        """Return what every template may use (names are listed in docs/pages.md)."""
        language, links = language_of(request), links_of(request)
        principal = request.scope.get("user")
        now = self.clock.now()
        flash = unseal(request.query_params.get(FLASH_FIELD, ""), self.key, now)
        context: dict[str, object] = {
            "org": None,
            "section": None,
            "nav": (),
            "workplaces": (),
            "language": language,
            "lang": language.code,
            "dir": language.direction,
            "languages": SPOKEN,
            "originals": set(),
            "display": display_of(request),
            "path": request.url.path,
            "url": links,
            "principal": principal,
            "csrf": self.csrf_token(getattr(principal, "session_id", None)),
            "flash": (flash,) if flash else (),
            "now": now,
        }
        for processor in self.processors:
            context |= processor(request)
        return context


def build_pages(
    *,
    assets: Assets,
    clock: Clock,
    key: bytes,
    folders: Mapping[str, Path] = TEMPLATES,
    locales: Path = LOCALES,
    processors: tuple[Processor, ...] = (),
) -> Pages:
    """Prepare an environment per language; `key` signs flash messages and form tokens."""
    catalogs = Catalogs.load(locales, CHAINS)
    translators = {code: catalogs.translator(language.catalogue) for code, language in LANGUAGES.items()}
    environments = {
        code: _environment(language, translators[code], assets, folders) for code, language in LANGUAGES.items()
    }
    return Pages(environments, translators, clock, key, processors)


def pages_of(request: AnyRequest) -> Pages:
    """Return the application's pages."""
    pages: Pages = request.app.state["pages"]
    return pages


def page(request: AnyRequest, template: str, *, status_code: int = 200, **context: object) -> Response[str]:
    """Render a template as the answer to a request; `context` wins over the base context."""
    pages = pages_of(request)
    language = language_of(request)
    text = pages.render(template, pages.base_context(request) | context, language)
    headers = {"Content-Language": language.tag, "Vary": "Accept-Language"}
    return Response(text, media_type=MediaType.HTML, status_code=status_code, headers=headers)


def see_other(request: AnyRequest, path: str, *, flash: Flash | None = None) -> Redirect:
    """Send the browser on after a form, with the reader's choices and perhaps a message."""
    if not is_local(path):
        msg = f"expected a path of this installation, got {path!r}"
        raise ValueError(msg)
    pages = pages_of(request)
    query: dict[str, object] = {FLASH_FIELD: seal(flash, pages.key, pages.clock.now())} if flash else {}
    return Redirect(links_of(request)(path, **query), status_code=303)


def language_of(request: AnyRequest) -> Language:
    """Return the language of the answer: the address first, then the browser's wish."""
    by_address = chosen(request.query_params.get(LANGUAGE_FIELD))
    return by_address or preferred(request.headers.get("accept-language", ""))


def display_of(request: AnyRequest) -> Display | None:
    """Return the display named in the address, if it is one of ours."""
    value = request.query_params.get(DISPLAY_FIELD)
    return Display(value) if value in set(Display) else None


def links_of(request: AnyRequest) -> Links:
    """Return the link builder of a request."""
    kept: dict[str, str] = {}
    language, display = chosen(request.query_params.get(LANGUAGE_FIELD)), display_of(request)
    if language:
        kept[LANGUAGE_FIELD] = language.code
    if display:
        kept[DISPLAY_FIELD] = display.value
    return Links(page_address(request), tuple(request.query_params.multi_items()), kept)


def translator_of(request: AnyRequest) -> Translator:
    """Return the translator for sentences made in code."""
    return pages_of(request).translators[language_of(request).code]


def _environment(
    language: Language, translator: Translator, assets: Assets, folders: Mapping[str, Path]
) -> Environment:
    loader = PrefixLoader({prefix: FileSystemLoader(folder) for prefix, folder in folders.items()})
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        bytecode_cache=compiled_templates(),
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        translator.gettext,
        translator.ngettext,
        newstyle=True,
        pgettext=translator.pgettext,
        npgettext=translator.npgettext,
    )
    environment.filters.update(Formats(Locale.parse(language.locale)).filters())
    environment.filters["wording"] = lambda texts: wording(texts, language)
    environment.filters["said"] = said
    environment.globals["asset"] = assets.href
    environment.globals["has_asset"] = assets.has
    return environment


def wording(texts: Mapping[str, str], language: Language) -> str:
    """Return a text's variant in a language: the language itself, then German, then whatever there is."""
    return texts.get(_variant(texts, language), "")


@pass_context
def said(context: Context, texts: Mapping[str, str]) -> str:
    """Return a text's variant for the space between tags; in another language than the page's it is marked.

    The page learns of it through `originals`, so that it can say once why it speaks two languages.
    """
    language: Language = context["language"]
    code = _variant(texts, language)
    text, spoken = texts.get(code, ""), LANGUAGES.get(code, language)
    if not text or spoken.tag == language.tag:
        return text
    context["originals"].add(spoken.code)
    return Markup('<span lang="{}" dir="{}">{}</span>').format(spoken.tag, spoken.direction, escape(text))


def _variant(texts: Mapping[str, str], language: Language) -> str:
    return next((code for code in (language.code, "de", *texts) if texts.get(code)), "")
