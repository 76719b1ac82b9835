"""The errors of Tarn, as a tree.

TarnError
├── RetryableError      trying the same work again may succeed
└── PermanentError      trying again cannot help; somebody has to change something

Each package derives its own errors from one of the two markers, takes facts in the constructor,
composes the sentence there, and keeps the facts as attributes.
"""

from __future__ import annotations


class TarnError(Exception):
    """Base of every error that Tarn raises on purpose."""


class RetryableError(TarnError):
    """The same work may succeed when it is tried again."""


class PermanentError(TarnError):
    """The same work will fail again until its input or its configuration changes."""
