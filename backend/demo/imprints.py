"""Who answers for the demo's pages. Every name, street and number is invented."""

from __future__ import annotations

from typing import Any, Final

from backend.kit.db import JsonDict

COUNTY: Final = "landkreis"
_POSTCODE: Final = "99999"
_AUTHORITY: Final = "Landesbeauftragte für den Datenschutz (in dieser Vorführung erfunden)"
_TOWN_HALLS: Final[dict[str, JsonDict]] = {
    "auenfurt": {
        "desk": "Bürgerservice im Rathaus",
        "phone": "09999 12-34",
        "represented_by": "Erste Bürgermeisterin Jana Winter",
        "editor": "Karin Hofmann, Stadtbauamt",
        "crest": "img/wappen-auenfurt.svg",
    },
}


def imprint_of(tenant: dict[str, Any]) -> JsonDict:
    """Return the imprint of one of the story's organisations."""
    short_name = str(tenant["name"]).split(" ", 1)[1]
    is_county = tenant["type"] == COUNTY
    imprint: JsonDict = {
        "desk": "Kreisservice im Landratsamt" if is_county else "Rathaus",
        "street": "Am Schlossgarten 2" if is_county else "Marktplatz 1",
        "postcode": _POSTCODE,
        "town": short_name,
        "phone": "09999 90-0" if is_county else "09999 12-0",
        "hours": "Mo bis Fr, 8 bis 16 Uhr",
        "email": "beteiligung@example.org",
        "legal_form": "Körperschaft des öffentlichen Rechts",
        "represented_by": "Landrätin Marlene Vogt"
        if is_county
        else "die Erste Bürgermeisterin oder den Ersten Bürgermeister",
        "supervision": "Regierungspräsidium Auental" if is_county else "Landratsamt Auenfurt",
        "data_protection_officer": "datenschutz@example.org",
        "privacy_authority": _AUTHORITY,
        "links": [{"label": "„Wie geht’s?“ – Hilfe finden", "href": "https://wie-gehts.example.org"}],
    }
    return imprint | _TOWN_HALLS.get(tenant["id"], {})
