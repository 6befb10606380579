"""The evening: list of meetings, their preparation, and the stage console.

`steps`, `timetable` what comes next · `view`, `pages` the console · `polls`, `hall` what a host does ·
`evenings`, `evening`, `cards` preparing a meeting.
"""

from moderation.stage import hall, pages, polls

routes = [*pages.routes, *polls.routes, *hall.routes]
