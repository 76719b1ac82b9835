"""HTML and SVG elements whose text is escaped unless it is an element itself."""

from __future__ import annotations

import html

from review.views.values import visible


class Markup(str):
    """Text that is markup already; everything else is escaped where it is put."""

    __slots__ = ()


def element(name: str, *children: str, **attributes: str | None) -> Markup:
    """Return an element; attributes that are None are left out.

    A trailing underscore of an attribute's name is dropped (``class_``), others become hyphens.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_escaped(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{written}>{joined(*children)}</{name}>")


def joined(*children: str, between: str = "") -> Markup:
    """Put children after one another, with escaped text ``between`` them."""
    return Markup(_escaped(between).join(_escaped(child) for child in children))


def _escaped(text: str) -> str:
    return text if isinstance(text, Markup) else html.escape(visible(text))
