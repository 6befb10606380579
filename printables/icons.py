"""Decorative drawings: channel icons, the mark, the stops of the thread.

Guarantees: they are set as backgrounds, which tagged PDFs treat as artifacts – a screen reader never meets them,
the word beside every icon says the same.
"""

import base64
from typing import Final

from markupsafe import Markup

BLACK: Final = "#000"
ACCENT: Final = "#00534a"
CHANNEL_COLOURS: Final = {"phone": "#5c2a9d", "kiosk": "#7a3d00", "paper": ACCENT, "web": "#1c3d8f"}
_LINES: Final = 'fill="none" stroke="{colour}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
_DRAWINGS: Final = {
    "phone": '<rect x="7" y="2" width="10" height="20" rx="2"/><path d="M11 18h2"/>',
    "kiosk": '<rect x="5" y="2" width="14" height="12" rx="1.5"/><path d="M12 14v5M7 22h10M9 19h6"/>',
    "paper": '<path d="M6 2h9l4 4v16H6zM15 2v4h4"/><path d="m10 12 5 5m0-5-5 5"/>',
    "web": '<circle cx="12" cy="12" r="9"/>'
    '<path d="M3 12h18M12 3c3 2.6 4 5.6 4 9s-1 6.4-4 9c-3-2.6-4-5.6-4-9s1-6.4 4-9z"/>',
    "mail": '<rect x="2.5" y="5" width="19" height="14" rx="1.5"/><path d="m3 6 9 7 9-7"/>',
    "voice": '<path d="M3 4h18v12H10l-5 4v-4H3z"/>',
    "holds": '<circle cx="12" cy="12" r="10"/><path d="m7.5 12.5 3 3 6-6.5"/>',
    "fails": '<circle cx="12" cy="12" r="10"/><path d="M12 6.5v7M12 17v.5"/>',
    "mark": '<g transform="scale(.75)" stroke-width="3.5"><path d="M5 26V7l11 12L27 7v11"/>'
    '<circle cx="27" cy="25.5" r="3" fill="{colour}" stroke="none"/></g>',
    "stop_now": '<g transform="scale(3)"><circle cx="4" cy="4" r="4" fill="#fff" stroke="none"/>'
    '<circle cx="4" cy="4" r="3" stroke-width="1.6"/></g>',
    "stop_open": '<g transform="scale(3)"><circle cx="4" cy="4" r="4" fill="#fff" stroke="none"/>'
    '<circle cx="4" cy="4" r="3" stroke-width="1.6" stroke-dasharray="1.7 1.4416"/></g>',
}


def icon(name: str, colour: str = BLACK) -> Markup:
    """Return an empty element with the drawing as its background; its class is the name, `icon` sizes it.

    Raises:
        KeyError: no such drawing.
    """
    lines = _LINES.format(colour=colour)
    body = _DRAWINGS[name].replace("{colour}", colour)
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><g {lines}>{body}</g></svg>'
    address = "data:image/svg+xml;base64," + base64.b64encode(drawing.encode()).decode()
    return Markup('<i class="icon {}" style="background-image: url({})"></i>').format(name, address)
