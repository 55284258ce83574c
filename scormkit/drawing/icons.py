"""The signs of the picture, each drawn on a square of 16 units."""

from __future__ import annotations

CHANNELS = {
    "inbox": '<rect x="1.5" y="3" width="13" height="10" rx="2"/><path d="M2 4.5l6 4.6 6-4.6"/>',
    "phone": '<path d="M4.6 1.8l2 3.4-1.5 1.5c.7 1.8 2.4 3.5 4.2 4.2l1.5-1.5 3.4 2c-.1 1.9-1.4 '
    "3-3 3"
    'C6.4 14.1 1.9 9.6 1.6 4.8c0-1.6 1.1-2.9 3-3z"/>',
    "sms": '<path d="M3 2.5h10a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5H7l-3.5 '
    '3v-3H3A1.5 1.5 0 0 1 1.5 10V4A1.5 1.5 0 0 1 3 2.5z"/><path d="M5 7h.01M8 7h.01M11 7h.01"/>',
    "chat": '<path d="M2.8 1.5h6.9A1.3 1.3 0 0 1 11 2.8v3.9A1.3 1.3 0 0 1 9.7 8H5.5L3 '
    '10.2V8h-.2A1.3 1.3 0 0 1 1.5 6.7V2.8A1.3 1.3 0 0 1 2.8 1.5z"/><path d="M13 5.6'
    'a1.3 1.3 0 0 1 1.5 1.3v3.7a1.3 1.3 0 0 1-1.4 1.3v2.3l-2.6-2.3H7.5"/>',
    "video": '<rect x="1.5" y="4" width="8.5" height="8" rx="1.8"/>'
    '<path d="M10 7.2l4.5-2.4v6.4L10 8.8z"/>',
    "push": '<path d="M8 1.6c2.6 0 4.2 1.9 4.2 4.3 0 3.1 1.3 4 1.8 5.3H2c.5-1.3 1.8-2.2 '
    '1.8-5.3 0-2.4 1.6-4.3 4.2-4.3z"/><path d="M6.3 13.4a1.8 1.8 0 0 0 3.4 0"/>',
    "browser": '<rect x="1.5" y="2.5" width="13" height="11" rx="1.8"/>'
    '<path d="M1.5 6h13M4 4.3h.01M6.2 4.3h.01"/>',
}
_RING = '<circle class="ring" cx="8" cy="8" r="6.5"/>'
SIGNS = {
    "right": '<circle class="fill" cx="8" cy="8" r="7.2"/>'
    '<path class="cut" d="M4.7 8.3l2.3 2.3 4.3-4.7"/>',
    "partial": _RING + '<path class="fill" d="M8 1.5a6.5 6.5 0 0 0 0 13z"/>',
    "wrong": '<path class="fill" d="M5 .9h6L15.1 5v6L11 15.1H5L.9 11V5z"/>'
    '<path class="cut" d="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2"/>',
    "neutral": _RING + '<path class="line" d="M5 8h6"/>',
    "next": '<path class="line" d="M3 3.5L7.5 8 3 12.5M8.5 3.5L13 8l-4.5 4.5"/>',
    "start": '<path class="fill" d="M4.5 2.6v10.8L13 8z"/>',
    "look": '<path class="line" d="M1.2 8C3 5 5.3 3.5 8 3.5S13 5 14.8 8C13 11 10.7 12.5 8 '
    '12.5S3 11 1.2 8z"/>'
    '<circle class="line" cx="8" cy="8" r="2"/>',
    "timer": '<circle class="line" cx="8" cy="9" r="5.5"/>'
    '<path class="line" d="M8 6v3l2 1.5M6.5 1.5h3"/>',
    "error": '<path class="fill" d="M5 .9h6L15.1 5v6L11 15.1H5L.9 11V5z"/>'
    '<path class="cut" d="M8 4v5M8 11.7v.1"/>',
    "warning": '<path class="fill" d="M8 1.2l7.2 13.2H.8z"/>'
    '<path class="cut" d="M8 6v4M8 12.2v.1"/>',
}
_SHIELD = "M8 1.2l5.8 2v4.3c0 3.5-2.3 6-5.8 7.3-3.5-1.3-5.8-3.8-5.8-7.3V3.2z"
ENDINGS = {
    "safe": f'<path class="fill" d="{_SHIELD}"/><path class="cut" d="M5.2 7.9l2 2 3.7-4"/>',
    "recovered": f'<path class="line" d="{_SHIELD}"/>'
    '<path class="line" d="M5.3 8.8a2.8 2.8 0 1 0 .5-2.7M5.5 4.3v2h2"/>',
    "breached": '<path class="fill" d="M7 1.6L2.2 3.2v4.3c0 3.5 2.3 6 5.8 7.3l-1.7-4L8.8 8z"/>'
    '<path class="fill" d="M9.3 1.7l4.5 1.5v4.3c0 3.1-1.8 5.4-4.6 6.8l-1-3.2L11 7.5z"/>',
}


def icon(shape: str, kind: str, x: float, y: float, size: float = 16) -> str:
    """A sign with its upper left corner at a point; `kind` is its class, which colours it."""
    scale = "" if size == 16 else f" scale({size / 16:g})"
    return f'<g class="icon {kind}" transform="translate({x:g} {y:g}){scale}">{shape}</g>'
