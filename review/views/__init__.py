"""Views of one review: Markdown for a comment, JSON for programs.

The same review gives the same bytes, on any machine.
"""

from review.views.json_document import as_json
from review.views.markdown import COMMENT_LIMIT, as_markdown, comment_marker

__all__ = ["COMMENT_LIMIT", "as_json", "as_markdown", "comment_marker"]
