"""The editor's form: fixed fields, and rows of phases and steps whose fields carry the row's number.

An empty row counts as deleted; the page always shows some more empty rows, so nothing here needs JavaScript.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, TypeVar

from litestar import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from backend.consultations import limits
from backend.consultations.drafts import ConsultationDraft
from backend.consultations.queries.procedures import Consultation
from backend.consultations.types import (
    Channel,
    LegalBasis,
    ModerationMode,
    NextStep,
    Phase,
    PhaseRights,
    PhaseType,
    Texts,
)
from backend.kit.i18n import Translator
from backend.web.forms import FormState, check_form, read_form
from backend.web.messages import sentence
from backend.web.rendering import translator_of

SPARE_ROWS = 2
LINE = re.compile(r"^(?P<kind>phase|schritt)-(?P<number>\d{1,2})-(?P<field>[a-z]+)$")
LANGUAGES = ("de", "ls", "en")

Title = Annotated[str, Field(max_length=limits.TITLE_CHARS)]
Summary = Annotated[str, Field(max_length=limits.SUMMARY_CHARS)]
Lines = Annotated[str, Field(max_length=limits.POINTS * (limits.POINT_CHARS + 1))]
Row = TypeVar("Row", bound=BaseModel)


class StrictForm(BaseModel):
    """A form that refuses fields it does not know."""

    model_config = ConfigDict(extra="forbid")


class AnyFields(BaseModel):
    """Everything a form sent, before it is told apart."""

    model_config = ConfigDict(extra="allow")


class NewForm(StrictForm):
    """The name a procedure begins with."""

    titel: Annotated[str, Field(min_length=3, max_length=limits.TITLE_CHARS)]


class VersionForm(StrictForm):
    """The version a step was decided on."""

    version: Annotated[int, Field(ge=1, le=1_000_000)]


class EditorForm(VersionForm):
    """The fixed fields."""

    titel: Annotated[str, Field(min_length=3, max_length=limits.TITLE_CHARS)]
    titel_ls: Title = ""
    titel_en: Title = ""
    kurz: Summary = ""
    kurz_ls: Summary = ""
    kurz_en: Summary = ""
    ls_geprueft: Annotated[str, Field(pattern="^1$")] | None = None
    grundlage: LegalBasis = LegalBasis.INFORMAL
    hinweis: Summary = ""
    fest: Lines = ""
    offen: Lines = ""
    gremium: Annotated[str, Field(max_length=40)] | None = None
    antwort_bis: date | None = None
    wege: list[Channel] = Field(default_factory=list, max_length=len(Channel))
    ohne_grund: Annotated[str, Field(max_length=limits.REASON_CHARS)] = ""


class PhaseForm(StrictForm):
    """One row of the schedule."""

    art: PhaseType
    von: date
    bis: date
    rechte: PhaseRights = PhaseRights.READ
    moderation: ModerationMode = ModerationMode.PRE


class StepForm(StrictForm):
    """One row of what happens next."""

    am: date
    titel: Annotated[str, Field(min_length=1, max_length=limits.TITLE_CHARS)]
    text: Summary = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """What came of the editor's form: a draft with its version, or None and the state to show again."""

    draft: ConsultationDraft | None
    version: int
    state: FormState


async def read_editor(request: Request[Any, Any, Any], *, kept: Consultation) -> Edited:
    """Read the form; what it has no field for (place on the map, names of phases) stays as it was."""
    translator = translator_of(request)
    raw = (await read_form(request, AnyFields)).state
    main = check_form(
        {name: values for name, values in raw.lists.items() if not LINE.match(name)}, EditorForm, translator
    )
    errors = dict(main.state.errors)
    phases = _rows(raw.values, "phase", PhaseForm, errors, translator)
    steps = _rows(raw.values, "schritt", StepForm, errors, translator)
    state = replace(main.state, values=raw.values, lists=raw.lists, errors=errors)
    if main.value is None or errors:
        return Edited(None, kept.version, state)
    return Edited(_draft(main.value, phases, steps, kept=kept), main.value.version, state)


def state_of(each: Consultation) -> FormState:
    """Return the form filled with what is settled."""
    values = {
        "version": str(each.version),
        "grundlage": each.legal_basis.value,
        "hinweis": each.legal_note.get("de", ""),
        "fest": "\n".join(point.get("de", "") for point in each.fixed),
        "offen": "\n".join(point.get("de", "") for point in each.open),
        "gremium": each.deciding_body_id or "",
        "antwort_bis": each.promised_feedback_by.isoformat() if each.promised_feedback_by else "",
        "ohne_grund": each.no_analogue_reason or "",
    }
    for language in LANGUAGES:
        suffix = "" if language == "de" else f"_{language}"
        values[f"titel{suffix}"] = each.title.get(language, "")
        values[f"kurz{suffix}"] = each.summary.get(language, "")
    for number, phase in enumerate(each.phases):
        days = (phase.opens_on.isoformat(), phase.closes_on.isoformat())
        shown = (phase.type.value, *days, phase.rights.value, phase.moderation.value)
        values |= _row("phase", number, ("art", "von", "bis", "rechte", "moderation"), shown)
    for number, step in enumerate(each.next_steps):
        told = (step.on.isoformat(), step.title.get("de", ""), step.text.get("de", ""))
        values |= _row("schritt", number, ("am", "titel", "text"), told)
    lists = {"wege": tuple(channel.value for channel in each.channels)}
    if each.easy_read_is_checked:
        lists["ls_geprueft"] = ("1",)
    return FormState(values=values, lists=lists)


def row_numbers(state: FormState, kind: str) -> list[int]:
    """Return the numbers of the rows to show: the filled ones and some spare ones."""
    used = [number for number, fields in _numbered(state.values, kind).items() if _is_filled(kind, fields)]
    first_free = max(used, default=-1) + 1
    return [*sorted(used), *range(first_free, first_free + SPARE_ROWS)]


def _row(kind: str, number: int, names: tuple[str, ...], fields: tuple[str, ...]) -> dict[str, str]:
    return {f"{kind}-{number}-{name}": value for name, value in zip(names, fields, strict=True)}


def _rows(
    values: Mapping[str, str], kind: str, model: type[Row], errors: dict[str, str], translator: Translator
) -> list[Row]:
    rows: list[Row] = []
    for number, fields in sorted(_numbered(values, kind).items()):
        if not _is_filled(kind, fields):
            continue
        try:
            rows.append(model.model_validate({name: value for name, value in fields.items() if value.strip()}))
        except ValidationError as invalid:
            for error in invalid.errors(include_url=False, include_input=False):
                errors.setdefault(f"{kind}-{number}-{error['loc'][0]}", sentence(error, translator))
    return rows


def _numbered(values: Mapping[str, str], kind: str) -> dict[int, dict[str, str]]:
    rows: dict[int, dict[str, str]] = {}
    for name, value in values.items():
        match = LINE.match(name)
        if match and match["kind"] == kind:
            rows.setdefault(int(match["number"]), {})[match["field"]] = value
    return rows


def _is_filled(kind: str, fields: Mapping[str, str]) -> bool:
    """Tell whether a row says something; the selects of a phase always have a value."""
    telling = ("von", "bis") if kind == "phase" else ("am", "titel", "text")
    return any(fields.get(name, "").strip() for name in telling)


def _draft(
    form: EditorForm, phases: list[PhaseForm], steps: list[StepForm], *, kept: Consultation
) -> ConsultationDraft:
    names = {(phase.type, phase.opens_on): phase.title for phase in kept.phases}
    return ConsultationDraft(
        title=_texts(kept.title, form.titel, form.titel_ls, form.titel_en),
        slug=kept.slug,
        summary=_texts(kept.summary, form.kurz, form.kurz_ls, form.kurz_en),
        easy_read_is_checked=form.ls_geprueft is not None,
        legal_basis=form.grundlage,
        legal_note=_texts(kept.legal_note, form.hinweis),
        fixed=_points(form.fest),
        open=_points(form.offen),
        deciding_body_id=form.gremium,
        promised_feedback_by=form.antwort_bis,
        channels=form.wege,
        no_analogue_reason=form.ohne_grund,
        next_steps=[NextStep(step.am, {"de": step.titel}, {"de": step.text}) for step in sorted(steps, key=_when)],
        phases=[
            Phase(row.art, row.von, row.bis, row.rechte, row.moderation, names.get((row.art, row.von), {}))
            for row in sorted(phases, key=lambda row: (row.von, row.bis))
        ],
        geo=kept.geo,
    )


def _when(step: StepForm) -> date:
    return step.am


def _texts(kept: Texts, *entered: str) -> Texts:
    return dict(kept) | dict(zip(LANGUAGES, entered, strict=False))


def _points(text: str) -> list[Texts]:
    return [{"de": line.strip()} for line in text.split("\n") if line.strip()]
