"""The evening: list of meetings, their preparation, and the stage console.

`steps`, `timetable` what comes next · `view`, `floor_view`, `pages` the console · `polls`, `hall`, `questions`,
`speakers`, `floor`, `words` what a host does · `captions` the captioner's page · `script` the emergency exit on paper ·
`evenings`, `evening`, `cards`, `drafting`, `question_form` preparing a meeting.
"""

from moderation.stage import captions, evening, evenings, floor, hall, pages, polls, questions, script, speakers, words

routes = [
    *evenings.routes,
    *evening.routes,
    *pages.routes,
    *polls.routes,
    *hall.routes,
    *script.routes,
    *questions.routes,
    *speakers.routes,
    *floor.routes,
    *captions.routes,
    *words.routes,
]
