"""Sizes and rates of the consultation domain, each with its reason."""

from __future__ import annotations

from datetime import timedelta

TEXT_CHARS = 4_000  # two typed pages; longer statements come as several thoughts or by letter
LETTER_CHARS = 20_000  # a long letter, transcribed by staff
TITLE_CHARS = 160
NICKNAME_CHARS = 60
ORGANISATION_CHARS = 120
OFFICE_CHARS = 120
FACTS_CHARS = 1_000  # what exactly broke a rule
REASON_CHARS = 2_000  # why a complaint was decided as it was
NOTICE_CHARS = 1_000
COMPLAINT_CHARS = 2_000
EMAIL_CHARS = 254  # RFC 5321 §4.5.3.1.3
SEARCH_CHARS = 100
SEARCH_TERMS = 6  # each costs one comparison per row

SUMMARY_CHARS = 2_000
POINT_CHARS = 300  # one line of what is fixed or open
POINTS = 20
PHASES = 20
NEXT_STEPS = 20
LANGUAGES = 8
SLUG_CHARS = 80
TOPIC_TITLE_CHARS = 120
TOPICS = 200  # per consultation
TOPIC_INPUTS = 500  # assigned in one go

PAGE_SIZE = 20
REPLIES_SHOWN = 50  # per contribution
QUEUE_SHOWN = 100  # per group; older ones move up as the queue shrinks
SIMILAR_SHOWN = 3
SIMILAR_COMPARED = 500  # newest contributions compared with a draft

SUBMISSIONS_PER_HOUR = 120  # per keyed source: a hall or a class of pupils shares one address
SUPPORTS_PER_HOUR = 600
NOTICES_PER_HOUR = 30
RATE_WINDOW = timedelta(hours=1)

COMPLAINT_MONTHS = 6  # at least six months, as Art. 20 DSA asks of platforms
COMPLAINT_ANSWER = timedelta(days=10)
REVIEW_WITHIN = timedelta(days=3)  # what the receipt promises for pre-moderation
CONTACT_CONFIRM_WITHIN = timedelta(days=7)  # an unconfirmed address is deleted after this
EMAIL_LINK_CHARS = 120
