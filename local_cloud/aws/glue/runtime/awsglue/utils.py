"""Reading a job's arguments."""

from __future__ import annotations

from collections.abc import Sequence


class GlueArgumentError(Exception):
    """A required argument was not passed."""


def getResolvedOptions(  # noqa: N802 - Glue's own spelling
    args: Sequence[str], options: Sequence[str]
) -> dict[str, str]:
    """Return the named options of an argument vector, and what Glue itself passed."""
    passed: dict[str, str | None] = {}
    rest = iter(args[1:])
    for word in rest:
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            passed[name] = value if equals else next(rest, None)
    missing = [option for option in options if passed.get(option) is None]
    if missing:
        message = "the following arguments are required: " + ", ".join(f"--{m}" for m in missing)
        raise GlueArgumentError(message)
    wanted = {"JOB_NAME", "JOB_ID", "JOB_RUN_ID", "TempDir", *options}
    return {name: value for name, value in passed.items() if name in wanted and value is not None}
