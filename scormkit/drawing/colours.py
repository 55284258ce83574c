"""The colours and type of the picture, for light and for dark."""

from __future__ import annotations

from collections.abc import Mapping

from scormkit.drawing import icons
from scormkit.drawing.story import SIGNS

_LIGHT = {
    "page": "#f6f7f9",
    "surface": "#ffffff",
    "edge": "#c9ced8",
    "rule": "#e4e7ec",
    "ink": "#181b22",
    "soft": "#4a5160",
    "line": "#7b8494",
    "cut": "#ffffff",
    "right": "#17693f",
    "partial": "#8a5a0b",
    "wrong": "#b02f29",
    "neutral": "#5f6675",
    "accent": "#2a56c6",
    "accent-soft": "#dfe8fc",
    "error-soft": "#fbe6e4",
    "warning-soft": "#fbefd6",
    "inbox": "#2456b8",
    "phone": "#7038b8",
    "sms": "#0b6f68",
    "chat": "#0a6a94",
    "video": "#a52a78",
    "push": "#95500a",
    "browser": "#4b5768",
}
_DARK = {
    "page": "#101217",
    "surface": "#1a1d24",
    "edge": "#3a404c",
    "rule": "#2b303a",
    "ink": "#eceef2",
    "soft": "#a9b0bd",
    "line": "#7f8898",
    "cut": "#14161b",
    "right": "#6fcf97",
    "partial": "#e3b062",
    "wrong": "#f28b82",
    "neutral": "#9aa2b1",
    "accent": "#8fb0ff",
    "accent-soft": "#24345c",
    "error-soft": "#3d2222",
    "warning-soft": "#3a2e17",
    "inbox": "#8db4ff",
    "phone": "#c4a1f7",
    "sms": "#6fd0c6",
    "chat": "#7cc7ee",
    "video": "#f09ccb",
    "push": "#f0b36f",
    "browser": "#b4bfce",
}


def _properties(colours: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in colours.items())


_OUTCOMES = "".join(f".scormkit-graph .{sign}{{--tone:var(--{sign})}}" for sign in (*SIGNS,)) + (
    ".scormkit-graph .next,.scormkit-graph .start,.scormkit-graph .mixed"
    "{--tone:var(--line)}.scormkit-graph .quiet{--tone:var(--soft)}"
    ".scormkit-graph .error{--tone:var(--wrong)}.scormkit-graph .warning{--tone:var(--partial)}"
    ".scormkit-graph .safe{--tone:var(--right)}.scormkit-graph .recovered{--tone:var(--partial)}"
    ".scormkit-graph .breached{--tone:var(--wrong)}"
)
_CHANNELS = "".join(
    f".scormkit-graph .{channel}{{--tone:var(--{channel})}}" for channel in icons.CHANNELS
)
STYLE = f"""
.scormkit-graph{{{_properties(_LIGHT)}color-scheme:light dark;--tone:var(--line);
font-family:"Helvetica Neue",Arial,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif}}
@media (prefers-color-scheme:dark){{.scormkit-graph{{{_properties(_DARK)}}}}}
{_OUTCOMES}
{_CHANNELS}
.scormkit-graph text{{fill:var(--ink)}}
.scormkit-graph .page{{fill:var(--page)}}
.scormkit-graph .title{{font-size:24px;font-weight:700}}
.scormkit-graph .name{{font-size:14.5px;font-weight:600}}
.scormkit-graph .act,.scormkit-graph .legend{{font-size:12.5px}}
.scormkit-graph .small,.scormkit-graph .id,.scormkit-graph .when,.scormkit-graph .thing,
.scormkit-graph .quiet,.scormkit-graph .clock,.scormkit-graph .step{{font-size:11.5px}}
.scormkit-graph .heading .quiet{{font-size:13px}}
.scormkit-graph .id,.scormkit-graph .when,.scormkit-graph .quiet,.scormkit-graph .clock,
.scormkit-graph .legend-name{{fill:var(--soft)}}
.scormkit-graph .when{{font-style:italic}}
.scormkit-graph .legend-name,.scormkit-graph .thing,.scormkit-graph .step{{font-weight:600}}
.scormkit-graph .legend-name,.scormkit-graph .channel-name,.scormkit-graph .kind-name,
.scormkit-graph .start-name{{font-size:12.5px}}
.scormkit-graph .channel-name,.scormkit-graph .kind-name{{font-weight:600;fill:var(--tone)}}
.scormkit-graph .start-name{{font-weight:600;fill:var(--page)}}
.scormkit-graph .frame{{fill:var(--surface);stroke:var(--edge);stroke-width:1.5}}
.scormkit-graph .start .frame{{fill:var(--ink);stroke:none}}
.scormkit-graph .ending .frame{{stroke:var(--tone);stroke-width:2}}
.scormkit-graph .strip{{fill:var(--tone);opacity:.13}}
.scormkit-graph .rule{{stroke:var(--rule);fill:none}}
.scormkit-graph .back{{fill:var(--surface);stroke:var(--rule)}}
.scormkit-graph .icon{{fill:none;stroke-linecap:round;stroke-linejoin:round;stroke-width:1.6}}
.scormkit-graph .channel{{stroke:var(--tone)}}
.scormkit-graph .fill{{fill:var(--tone)}}
.scormkit-graph .ring,.scormkit-graph .line{{stroke:var(--tone);fill:none;stroke-width:1.6}}
.scormkit-graph .cut{{stroke:var(--cut);fill:none;stroke-width:2;stroke-linecap:round}}
.scormkit-graph .start .icon .fill{{fill:var(--page)}}
.scormkit-graph .pill{{fill:var(--page);stroke:var(--tone)}}
.scormkit-graph .rim{{fill:none;stroke:var(--page);stroke-width:6;stroke-linejoin:round}}
.scormkit-graph .choice,.scormkit-graph .way{{fill:none;stroke:var(--line);stroke-width:1.6}}
.scormkit-graph .choice{{stroke:var(--tone)}}
.scormkit-graph .head{{fill:var(--line)}}
.scormkit-graph .error .tint{{fill:var(--error-soft)}}
.scormkit-graph .warning .tint{{fill:var(--warning-soft)}}
.scormkit-graph .taken{{fill:var(--accent-soft)}}
.scormkit-graph .step{{fill:var(--accent)}}
.scormkit-graph.played .scene:not(.visited),.scormkit-graph.played .ending:not(.visited),
.scormkit-graph.played .label:not(.gone){{opacity:.5}}
.scormkit-graph .visited .frame{{stroke:var(--accent);stroke-width:3}}
.scormkit-graph .choice.gone,.scormkit-graph .way.gone{{stroke:var(--accent);stroke-width:3.5}}
.scormkit-graph .head.gone{{fill:var(--accent)}}
"""
