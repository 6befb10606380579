r"""Forms: from what a browser sent to a checked value, or to the same form with sentences beside its fields.

Guarantees: bounded size and number of fields; text without control characters, with `\n` line ends; an empty
field counts as not given; fields starting with `_` belong to the frame (`_csrf`, `_key`), not to the model.
Models forbid unknown fields: a field we do not know means the page is older than the server.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar, get_origin

from litestar import Request
from litestar.datastructures import UploadFile
from pydantic import BaseModel, ValidationError

from backend.kit.errors import DomainError
from backend.kit.i18n import Translator
from backend.web.messages import STALE, sentence
from backend.web.rendering import translator_of

MAX_FORM_BYTES = 262_144  # a contribution is at most some thousand characters; a weighing some ten thousand
MAX_FIELDS = 500  # a scan batch typed by hand has the most
KEY_FIELD = "_key"
MANY = (list, tuple, set, frozenset)

Model = TypeVar("Model", bound=BaseModel)


class FormTooLarge(DomainError):
    """The form is larger than any of our forms can be."""

    code = "form_too_large"
    status = 413
    title = "Das ist zu viel auf einmal"


@dataclass(frozen=True, slots=True)
class FormState:
    """A form as the template shows it again: what was entered and what to change."""

    values: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""

    def refused(self, refusal: str) -> FormState:
        """Return the form with a sentence above it, for a refusal that concerns no single field."""
        return replace(self, refusal=refusal)


@dataclass(frozen=True, slots=True)
class Form(Generic[Model]):
    """What came of a form: a value, or None and the state to show again."""

    value: Model | None
    state: FormState
    key: str = ""  # the request key that makes a repeat harmless
    files: Mapping[str, tuple[UploadFile, ...]] = field(default_factory=dict)


async def read_form(request: Request[Any, Any, Any], model: type[Model]) -> Form[Model]:
    """Read and check the form of a request. Raises: FormTooLarge."""
    _check_size(request)
    entries = list((await request.form()).multi_items())
    if len(entries) > MAX_FIELDS:
        raise FormTooLarge("Bitte schicken Sie weniger Angaben auf einmal.")
    files: dict[str, tuple[UploadFile, ...]] = {}
    texts: dict[str, tuple[str, ...]] = {}
    for name, value in entries:
        if isinstance(value, UploadFile):
            files[name] = (*files.get(name, ()), value)
        else:
            texts[name] = (*texts.get(name, ()), _cleaned(str(value)))
    key = texts.get(KEY_FIELD, ("",))[-1]
    own = {name: values for name, values in texts.items() if not name.startswith("_")}
    return replace(check_form(own, model, translator_of(request)), key=key, files=files)


def check_form(fields: Mapping[str, tuple[str, ...]], model: type[Model], translator: Translator) -> Form[Model]:
    """Check texts against a model; errors become sentences in the reader's language."""
    state = FormState(values={name: values[-1] for name, values in fields.items()}, lists=fields)
    try:
        return Form(model.model_validate(dict(_given(fields, model))), state)
    except ValidationError as invalid:
        errors, refusal = _explained(invalid, translator)
        return Form(None, replace(state, errors=errors, refusal=refusal))


def _given(fields: Mapping[str, tuple[str, ...]], model: type[BaseModel]) -> Iterable[tuple[str, object]]:
    many = {
        alias
        for name, info in model.model_fields.items()
        if get_origin(info.annotation) in MANY
        for alias in {name, info.alias or name}
    }
    for name, values in fields.items():
        filled = [value for value in values if value.strip()]
        if name in many:
            yield name, filled
        elif filled:
            yield name, filled[-1].strip()


def _explained(invalid: ValidationError, translator: Translator) -> tuple[dict[str, str], str]:
    errors: dict[str, str] = {}
    refusal = ""
    for error in invalid.errors(include_url=False, include_input=False):
        name = str(error["loc"][0]) if error["loc"] else ""
        if error["type"] == "extra_forbidden":
            refusal = translator.gettext(STALE)
        elif name:
            errors.setdefault(name, sentence(error, translator))
        else:
            refusal = sentence(error, translator)
    return errors, refusal


def _check_size(request: Request[Any, Any, Any]) -> None:
    is_upload = request.headers.get("content-type", "").startswith("multipart/")
    length = request.headers.get("content-length", "0")
    if not is_upload and length.isdigit() and int(length) > MAX_FORM_BYTES:
        raise FormTooLarge("Bitte kürzen Sie den Text und schicken Sie ihn noch einmal ab.")


def _cleaned(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign in "\n\t" or unicodedata.category(sign) != "Cc")
