"""Why a card cannot be used. The codes are part of the public contract."""

from __future__ import annotations

from backend.kit.errors import Conflict, Forbidden


class UnknownCard(Forbidden):
    """No such card, or the code is misspelt."""

    code = "unknown_card"
    title = "Diese Karte kennen wir nicht"


class CardVoid(Forbidden):
    """The card was declared void."""

    code = "card_void"
    title = "Diese Karte gilt nicht mehr"


class NotInRegister(Forbidden):
    """A real card, but not entitled here: unopened pack, other meeting, or given out after the opening."""

    code = "not_in_register"
    title = "Diese Karte gehört nicht zu dieser Abstimmung"


class NotEntitled(Forbidden):
    """A guest card: it asks and comments, it does not vote."""

    code = "not_entitled"
    title = "Mit einer Gästekarte können Sie nicht abstimmen"


class PackOpen(Conflict):
    """The pack was opened before."""

    code = "pack_already_open"
    title = "Dieser Packen ist schon geöffnet"
