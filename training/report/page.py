"""A report -> one page of HTML that needs nothing but itself.

In: a `Report` and its `Origin`. Out: the page, readable by somebody who was not there.
"""

from __future__ import annotations

import json
from datetime import datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from recsys.evaluation.bootstrap import Estimate
from recsys.evaluation.measure import BLEND
from training.report.contents import Origin, Report
from training.report.drawings import drawings
from training.report.words import COUNTS, SEGMENTS, TASKS


def render(report: Report, origin: Origin) -> str:
    """The page as text; the same report and origin give the same page."""
    environment = Environment(
        loader=PackageLoader("training.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "figure": "{:.4f}".format,
        "gap": "{:+z.4f}".format,
        "count": "{:,}".format,
        "percent": "{:.1%}".format,
        "seconds": "{:,.1f}".format,
        "span": _span,
        "gap_span": _gap_span,
        "day": _day,
        "indented": _indented,
    }
    return environment.get_template("page.html").render(
        report=report,
        details=report.details,
        origin=origin,
        task=TASKS[report.task],
        counts=COUNTS,
        segments=SEGMENTS,
        blend=BLEND,
        drawn=drawings(report),
    )


def _span(one: Estimate) -> str:
    return f"{one.low:.4f} to {one.high:.4f}"


def _gap_span(one: Estimate) -> str:
    return f"{one.low:+z.4f} to {one.high:+z.4f}"


def _day(time: datetime) -> str:
    return f"{time.day} {time:%B %Y}"


def _indented(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
