"""References such as `MP27-017`: the public identity of a contribution, numbered per year and installation.

Guarantees: a number is given out once (one atomic statement); references imported from elsewhere push the counter on.
"""

from __future__ import annotations

from sqlalchemy import text

from backend.consultations.rules import REF_PATTERN, local_day, ref_of, ref_series
from backend.kit.errors import Invalid
from backend.kit.uow import UnitOfWork

_NEXT = text(
    "INSERT INTO reference_counter (series, last_number) VALUES (:series, 1) "
    "ON CONFLICT (series) DO UPDATE SET last_number = reference_counter.last_number + 1 RETURNING last_number"
)
_PUSH = text(
    "INSERT INTO reference_counter (series, last_number) VALUES (:series, :number) ON CONFLICT (series) DO UPDATE SET "
    "last_number = CASE WHEN reference_counter.last_number < :number THEN :number "
    "ELSE reference_counter.last_number END"
)


async def next_ref(uow: UnitOfWork) -> str:
    """Return a fresh reference of this year's series."""
    series = ref_series(local_day(uow.now))
    number = (await uow.session.execute(_NEXT, {"series": series})).scalar_one()
    return ref_of(series, number)


async def keep_ref(uow: UnitOfWork, ref: str) -> str:
    """Take over a reference given elsewhere, so that it is not given out again. Raises: Invalid."""
    if not REF_PATTERN.match(ref):
        raise Invalid("Eine Beitragsnummer sieht so aus: MP27-017.")
    series, number = ref.split("-")
    await uow.session.execute(_PUSH, {"series": series, "number": int(number)})
    return ref
