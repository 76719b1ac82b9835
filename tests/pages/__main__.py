"""Look at the review's page in headless Chromium: ``make pages``, outside of CI.

CI has no browser that could be pinned; what needs none is in ``tests/unit/review/test_page.py``.
Here every page is opened at desktop and phone width, in light and dark: it must fit the screen,
ask nothing of a network, run no script of a value's, and keep WCAG's contrast (AA). The
screenshots are for looking at. A report's file may be given as argument.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from review.model import Dependency, Review
from review.views import as_html
from tests.pages.browser import Browser
from tests.unit.review.examples import (
    ALARM,
    MEMORY,
    NOTHING,
    REVIEW,
    ROLE,
    TABLE,
    TAGS,
    hostile_review,
    urn,
)

WIDTHS: Final = {"desktop": 1280, "phone": 390}
HEIGHT: Final = 900
FOLDER: Final = Path(__file__).parents[2] / ".tarn" / "pages"
BAD: Final = """<!doctype html><title>bad</title><body style="background: white">
<p style="color: #999">pale</p><div style="width: 3000px">wide</div>
<img src="https://example.invalid/x.png" alt=""><script>throw new Error("runs")</script>"""
"""Has one fault of each kind: what sees none here sees nothing."""
_MEASURES: Final = Path(__file__).with_name("measures.js").read_text(encoding="utf-8")
_OPEN: Final = "document.querySelectorAll('details').forEach(each => each.open = true)"
_SIZES: Final = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"


def main(arguments: list[str]) -> int:
    """Look at every page; return how many faults were found, each printed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    with Browser() as browser:
        faults += _blindness(browser)
        for name, page in _pages(arguments).items():
            file = FOLDER / f"{name}.html"
            file.write_text(page, encoding="utf-8")
            for (screen, width), dark in itertools.product(WIDTHS.items(), (False, True)):
                seen = f"{name}-{screen}-{'dark' if dark else 'light'}"
                browser.open(file, width=width, height=HEIGHT, dark=dark)
                _screenshot(browser, FOLDER / f"{seen}.png", width)
                browser.evaluate(_OPEN)
                faults += (f"{seen}: {fault}" for fault in _faults(browser, width))
                _screenshot(browser, FOLDER / f"{seen}-open.png", width)
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    sys.stdout.write(f"{len(faults)} fault(s); screenshots are in {FOLDER}\n")
    return min(len(faults), 1)


def _blindness(browser: Browser) -> Iterator[str]:
    """Yield the kinds of fault that are not found on a page that has them all."""
    file = FOLDER / "bad.html"
    file.write_text(BAD, encoding="utf-8")
    browser.open(file, width=WIDTHS["phone"], height=HEIGHT, dark=False)
    found = "\n".join(_faults(browser, WIDTHS["phone"]))
    for kind in ("pixels wide", "contrast", "asks for", "exceptionThrown"):
        if kind not in found:
            yield f"the check itself: a fault of the kind '{kind}' is not seen"


def _pages(arguments: list[str]) -> Mapping[str, str]:
    reports = {Path(each).stem: Path(each).read_text(encoding="utf-8") for each in arguments}
    return reports or {
        "everything": as_html(REVIEW),
        "nothing": as_html(NOTHING),
        "hostile": as_html(hostile_review()),
        "large": as_html(_large()),
    }


def _large() -> Review:
    """Build a review in which much changes, and much depends on it."""
    roles = tuple(
        replace(ROLE, urns=(urn("aws:iam/rolePolicy:RolePolicy", f"dataset-{n:02}-loader"),))
        for n in range(20)
    )
    alarms = [
        urn("aws:cloudwatch/metricAlarm:MetricAlarm", f"an-alarm-of-a-long-name-{n}")
        for n in range(9)
    ]
    needs = itertools.product(alarms, (MEMORY.urns[0], roles[1].urns[0], roles[5].urns[0]))
    dependencies = tuple(Dependency(dependent=alarm, on=on) for alarm, on in needs)
    further = Dependency(dependent=ALARM, on=alarms[0])
    return replace(
        REVIEW,
        changes=(TABLE, *roles[:10], MEMORY, *roles[10:], TAGS),
        dependencies=(*dependencies, further),
    )


def _screenshot(browser: Browser, file: Path, width: int) -> None:
    height = browser.evaluate(_SIZES)[1]
    browser.screenshot(file, clip={"x": 0, "y": 0, "width": width, "height": height})


def _faults(browser: Browser, width: int) -> Iterator[str]:
    needed = browser.evaluate(_SIZES)[0]
    if needed > width:
        yield f"is {needed} pixels wide on a screen of {width}"
    contrast = browser.evaluate(_MEASURES)
    if not contrast["seen"]:
        yield "shows no text"
    yield from (f"contrast {each}" for each in contrast["found"])
    for event in browser.events:
        method, details = event.get("method"), event.get("params", {})
        if method == "Network.requestWillBeSent":
            address = details["request"]["url"]
            if not address.startswith("file:"):
                yield f"asks for {address}"
        elif method in (
            "Log.entryAdded",
            "Runtime.exceptionThrown",
            "Page.javascriptDialogOpening",
        ):
            yield f"{method}: {details}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
