"""Writing the minutes of a meeting: text beside the figures, two signatures, publication. It holds no rule."""

from moderation.minutes.pages import routes as pages
from moderation.minutes.signing import routes as signing
from moderation.minutes.writing import routes as writing

routes = [*pages, *writing, *signing]
