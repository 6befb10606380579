"""Forge a copy of the log and let the verifier find it. The real log is only read."""

from __future__ import annotations

import asyncio
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from litestar import Request, Response, get, post
from pydantic import BaseModel, ConfigDict, Field

from backend.commands.log import export_to
from backend.demo.tour.forgery import change_vote, flip_byte, roll_back
from backend.kit.errors import NotFound
from backend.runtime import Runtime
from backend.transparency.verifier import Report, verify_directory
from backend.web.access import DEMO
from backend.web.forms import read_form
from backend.web.rendering import page

AnyRequest = Request[Any, Any, Any]


class Forgery(StrEnum):
    """Ways to cheat."""

    BYTE = "byte"
    VOTE = "vote"
    ROLLBACK = "rollback"


class ForgeForm(BaseModel):
    """How to cheat."""

    model_config = ConfigDict(extra="forbid")

    art: Annotated[Forgery, Field()]


@get("/demo/protokoll", opt={"access": DEMO}, include_in_schema=False)
async def check_copy(request: AnyRequest, rt: Runtime) -> Response[str]:
    """Check an honest copy."""
    return page(request, "demo/log.html", report=await audit(rt, None), forgery=None, verify_url=rt.settings.public_url)


@post("/demo/protokoll", opt={"access": DEMO}, status_code=200, include_in_schema=False)
async def forge_copy(request: AnyRequest, rt: Runtime) -> Response[str]:
    """Forge a copy and check it. Raises: NotFound for an unknown way."""
    form = await read_form(request, ForgeForm)
    if form.value is None:
        raise NotFound
    report = await audit(rt, form.value.art)
    return page(request, "demo/log.html", report=report, forgery=form.value.art, verify_url=rt.settings.public_url)


async def audit(rt: Runtime, forgery: Forgery | None) -> Report:
    """Copy the published log, perhaps forge the copy, and verify it against the checkpoint seen before."""
    await rt.log.flush()
    with tempfile.TemporaryDirectory(prefix="machmit-copy-") as folder:
        copy = Path(folder)
        await export_to(rt, copy)
        return await asyncio.to_thread(_audit, rt, copy, forgery)


def _audit(rt: Runtime, copy: Path, forgery: Forgery | None) -> Report:
    year = max(int(path.name) for path in (copy / "log").iterdir())
    log = copy / "log" / str(year)
    seen = (log / "checkpoint").read_bytes()
    policy = (copy / "policy.txt").read_text(encoding="utf-8")
    match forgery:
        case Forgery.BYTE:
            flip_byte(log)
        case Forgery.VOTE:
            change_vote(copy / "openings")
        case Forgery.ROLLBACK:
            roll_back(log, rt.log.signer.for_year(year))
        case None:
            pass
    return verify_directory(copy, policy=policy, since=seen)


routes = [check_copy, forge_copy]
