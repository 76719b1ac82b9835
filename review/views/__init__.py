"""Three views of one review: Markdown for a comment, HTML to read in full, JSON for programs.

The same review gives the same bytes, on any machine.
"""

from review.views.json_document import as_json
from review.views.markdown import COMMENT_LIMIT, as_markdown, comment_marker
from review.views.page import as_html

__all__ = ["COMMENT_LIMIT", "as_html", "as_json", "as_markdown", "comment_marker"]
