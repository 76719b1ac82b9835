"""A failure says what is wrong, not through which files of one machine."""

from __future__ import annotations

from review.tracebacks import conclusion

TRACE = """Program failed with an unhandled exception:
Traceback (most recent call last):
  File "/opt/toolchain/exec", line 232, in <module>
    loop.run_until_complete(coro)
  File "infra/iam/document.py", line 180, in _refuse_wide_actions
    raise PolicyError(
infra.errors.PolicyError: Policy statement 'X': the actions ['s3:*'] are too many.
List the calls that the code makes.
"""


def test_a_traceback_becomes_its_exception_and_its_place() -> None:
    assert conclusion(TRACE) == (
        "Program failed with an unhandled exception:\n"
        "infra.errors.PolicyError: Policy statement 'X': the actions ['s3:*'] are too many.\n"
        "List the calls that the code makes. (infra/iam/document.py, line 180)"
    )


def test_of_chained_exceptions_the_last_one_counts() -> None:
    chained = f"{TRACE}\nThe above exception was the direct cause of another:\n\n{TRACE}"
    assert conclusion(chained) == conclusion(TRACE)


def test_a_message_without_a_traceback_stays() -> None:
    assert (
        conclusion("memorySize is 99\n  File names stay") == "memorySize is 99\n  File names stay"
    )
