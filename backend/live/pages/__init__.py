"""The phone ballot as pages: every step a form, no cookie, no script needed.

`code` the card's code · `voting` question, check, arrival · `hall` questions from the hall, agenda · `floor` speakers,
live text · `standing` what a card may do · `picture` a result as bars · `answering` how pages leave.
"""

from litestar.types import ControllerRouterHandler

from backend.live.pages import code, floor, hall, voting

routes: list[ControllerRouterHandler] = [*code.routes, *voting.routes, *hall.routes, *floor.routes]
