"""``python -m review.views review-prod.json``: the other views of it, written beside it."""

from __future__ import annotations

import sys
from pathlib import Path

from review.reading import review_from_json
from review.views import as_html, as_markdown


def main(names: list[str]) -> None:
    """Write Markdown and HTML beside each JSON file."""
    for path in map(Path, names):
        review = review_from_json(path.read_text())
        path.with_suffix(".md").write_text(as_markdown(review))
        path.with_suffix(".html").write_text(as_html(review))


if __name__ == "__main__":
    main(sys.argv[1:])
