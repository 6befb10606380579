"""The paper desk of an evening: door, sheets, stacks, doubtful sheets, closing, count record. It holds no rule."""

from moderation.desk.closing import routes as closing
from moderation.desk.door import routes as door
from moderation.desk.entries import routes as entries
from moderation.desk.packs import routes as packs
from moderation.desk.printing import routes as printing
from moderation.desk.record import routes as record
from moderation.desk.sheets import routes as sheets
from moderation.desk.stacks import routes as stacks

routes = [*door, *packs, *printing, *stacks, *entries, *sheets, *closing, *record]
