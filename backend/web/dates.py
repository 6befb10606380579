"""Template filters for dates, times, numbers and money, written as people of the language write them.

Times arrive aware and in UTC and leave in the installation's time zone. Formats come from CLDR (Babel).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent

HALL_ZONE = ZoneInfo("Europe/Berlin")
SECONDS_PER_MINUTE = 60
NEXT_UNIT_AT = 1.2  # 8 days are "8 Tage", not "1 Woche"


@dataclass(frozen=True, slots=True)
class Formats:
    """The filters of one language."""

    locale: Locale
    zone: ZoneInfo = HALL_ZONE

    def filters(self) -> dict[str, Callable[..., str]]:
        """Return the filters under their template names."""
        return {
            "date": self.whole_date,
            "day": self.day_and_month,
            "weekday": self.weekday,
            "month": self.month,
            "time": self.clock_time,
            "moment": self.moment,
            "pattern": self.pattern,
            "iso": self.iso,
            "span": self.span,
            "countdown": countdown,
            "number": self.number,
            "percent": self.percent,
            "money": self.money,
            "listing": self.listing,
        }

    def whole_date(self, day: date, style: str = "long") -> str:
        """Return "11. März 2027"; `short` 11.03.27, `medium` 11.03.2027, `full` with the weekday."""
        return format_date(self._day(day), style, locale=self.locale)

    def day_and_month(self, day: date) -> str:
        """Return a day without its year: "11. März"."""
        pattern = "d. MMMM" if self.locale.language == "de" else "d MMMM"
        return format_date(self._day(day), pattern, locale=self.locale)

    def weekday(self, day: date, width: str = "wide") -> str:
        """Return the name of the weekday; `short` for "Do"."""
        if width == "short":
            return format_date(self._day(day), "ccc", locale=self.locale).rstrip(".")
        return format_date(self._day(day), "EEEE", locale=self.locale)

    def month(self, day: date) -> str:
        """Return the name of the month."""
        return format_date(self._day(day), "LLLL", locale=self.locale)

    def clock_time(self, moment: datetime) -> str:
        """Return "19:00"."""
        return format_time(self._local(moment), "short", locale=self.locale)

    def moment(self, moment: datetime, style: str = "long") -> str:
        """Return day and time: "11. März 2027, 19:00"."""
        return f"{self.whole_date(moment, style)}, {self.clock_time(moment)}"

    def pattern(self, moment: datetime, pattern: str) -> str:
        """Return the moment in a CLDR pattern, for the rare place that needs its own."""
        return format_datetime(self._local(moment), pattern, locale=self.locale)

    def iso(self, moment: date) -> str:
        """Return the machine-readable form for `<time datetime>`."""
        if isinstance(moment, datetime):
            return self._local(moment).isoformat(timespec="minutes")
        return moment.isoformat()

    def span(self, length: timedelta) -> str:
        """Return a length of time in its largest unit: "3 Tage"."""
        return format_timedelta(length, threshold=NEXT_UNIT_AT, locale=self.locale)

    def number(self, value: float | Decimal) -> str:
        """Return a number with the language's separators."""
        return format_decimal(value, locale=self.locale)

    def percent(self, share: float | Decimal) -> str:
        """Return a share between 0 and 1 as whole per cent."""
        return format_percent(share, locale=self.locale)

    def money(self, euros: float | Decimal) -> str:
        """Return an amount in euros, without cents when there are none."""
        amount = Decimal(str(euros))
        pattern = "#,##0\u00a0¤" if amount == amount.to_integral_value() else "#,##0.00\u00a0¤"
        return format_currency(amount, "EUR", pattern, locale=self.locale, currency_digits=False)

    def listing(self, parts: Sequence[str], joined_by: str = "and") -> str:
        """Return "Web, Kiosk und Papier"; with `or`: "Web, Kiosk oder Papier"."""
        return format_list(list(parts), style="or" if joined_by == "or" else "standard", locale=self.locale)

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def _day(self, day: date) -> date:
        return self._local(day).date() if isinstance(day, datetime) else day


def countdown(seconds: float) -> str:
    """Return minutes and seconds that are left: "1:24"."""
    minutes, rest = divmod(max(0, round(seconds)), SECONDS_PER_MINUTE)
    return f"{minutes}:{rest:02d}"
