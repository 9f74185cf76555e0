"""A matplotlib figure -> a piece of SVG that takes the colours of the page around it.

In: a figure drawn in the colours named here. Out: `<svg>` text for inside HTML, the same each
time: without dates, links, or ids that would meet their like on one page.
"""

from __future__ import annotations

import io
import re
from html import escape

from matplotlib import rc_context
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

# Colours that stand for the page's own; see `:root` of the template.
INK, MUTED, GRID, GROUND = "#000001", "#000002", "#000003", "#000004"
SERIES = ("#000005", "#000006", "#000007", "#000008", "#000009")
_ON_THE_PAGE = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    GRID: "var(--grid)",
    GROUND: "var(--ground)",
    **{color: f"var(--series-{place})" for place, color in enumerate(SERIES, start=1)},
}
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "figures of an evaluation",
    "font.size": 10,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": GRID,
    "axes.labelcolor": MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "xtick.color": GRID,
    "ytick.color": GRID,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "ytick.left": False,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "legend.fontsize": 9.5,
    "legend.labelcolor": INK,
}


def as_svg(figure: Figure, alt: str) -> str:
    """The figure as one `<svg>` element that screen readers announce with `alt`."""
    written = io.StringIO()
    with rc_context(STYLE):
        FigureCanvasSVG(figure).print_svg(written, metadata=dict.fromkeys(_METADATA))
    whole = written.getvalue()
    body = whole[whole.index(">", whole.index("<svg")) + 1 :]
    width, height = figure.get_size_inches() * 72
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = body.replace("xlink:href", "href")
    used = set(re.findall(r"(?:url\(|href=\")#([^)\"]+)", body))
    body = re.sub(r' id="([^"]+)"', lambda m: m[0] if m[1] in used else "", body)
    body = re.sub(r"font: ([\d.]+)px[^;\"]*", r"font-size: \1px", body)
    for color, variable in _ON_THE_PAGE.items():
        body = body.replace(color, variable)
    shape = f'viewBox="0 0 {width:g} {height:g}"'
    return f'<svg {shape} role="img" aria-label="{escape(alt)}">{body}'


_METADATA = ("Date", "Creator", "Format", "Type")
