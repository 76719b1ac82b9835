"""What can go wrong while a file is ingested.

TarnError
├── RetryableError
│   ├── LeaseHeldError          another attempt works on the file
│   ├── LeaseLostError          another attempt took the file over
│   └── ServiceTroubleError     AWS throttled, failed or broke the connection
└── PermanentError
    ├── RefusedCallError        AWS refuses the call: rights or configuration
    ├── UnusableEventError      a message that names no version of an object
    ├── SpoolFullError          the function's own disk is too small for the file
    ├── NativeEngineMissingError  the function was deployed without its library
    ├── RowsNotConservedError   a fault of Tarn: rows were lost or doubled
    ├── MissingSecretError      columns are to be protected, and the function has no key
    ├── SurplusColumnsError     a file has columns that its contract does not know but may take
    └── UnusableObjectError     the object itself is at fault: it is quarantined whole
        └── MissingVersionError the version is gone, so there is nothing to quarantine
"""

from __future__ import annotations

from collections.abc import Iterable

from tarn.errors import PermanentError, RetryableError
from tarn.keys import SourceObject


class LeaseHeldError(RetryableError):
    """Another attempt works on the file right now."""

    def __init__(self, *, source: SourceObject, seconds_left: float) -> None:
        self.source = source
        self.seconds_left = seconds_left
        super().__init__(
            f"{source.ledger_id} is being ingested by another attempt, whose lease lasts "
            f"{seconds_left:.0f} s more; the message returns to the queue and is tried again."
        )


class LeaseLostError(RetryableError):
    """The lease ran out while this attempt worked, and another took the file over."""

    def __init__(self, *, source: SourceObject) -> None:
        self.source = source
        super().__init__(
            f"the lease on {source.ledger_id} ran out before its verdict was recorded. Outputs "
            "have equal names and content, so nothing is doubled; if this repeats, give the "
            "function a longer timeout and lease."
        )


class ServiceTroubleError(RetryableError):
    """AWS did not do what it can do: throttling, an internal error, a broken connection."""

    def __init__(self, *, operation: str, subject: str, cause: str) -> None:
        self.operation = operation
        self.subject = subject
        super().__init__(
            f"{operation} of {subject} failed for now ({cause}); the message is tried again."
        )


class RefusedCallError(PermanentError):
    """AWS refuses the call, and will do so again."""

    def __init__(self, *, operation: str, subject: str, cause: str) -> None:
        self.operation = operation
        self.subject = subject
        super().__init__(
            f"{operation} of {subject} was refused ({cause}); the message goes to the dead-letter "
            "queue after its tries. Check the function's role and settings, then redrive it."
        )


class UnusableEventError(PermanentError):
    """A message of the queue is not a notification about an object version."""

    def __init__(self, *, problem: str) -> None:
        self.problem = problem
        super().__init__(
            f"the message cannot be used: {problem}. Only S3 notifications of the versioned "
            "landing bucket belong into this queue; the message goes to the dead-letter queue."
        )


class SpoolFullError(PermanentError):
    """The function's ephemeral storage cannot hold the file's outputs."""

    def __init__(self, *, source: SourceObject) -> None:
        self.source = source
        super().__init__(
            f"the function's ephemeral storage is too small for the outputs of {source.ledger_id}; "
            "nothing was published. Raise the function's storage size, then redrive the message."
        )


class NativeEngineMissingError(PermanentError):
    """The library that types the rows is not there, or is not the one this code was made for."""

    def __init__(self, *, problem: str) -> None:
        self.problem = problem
        super().__init__(
            f"the native engine cannot be used: {problem}. Without it files would be judged many "
            "times slower, and time out. In an account deploy the stack again, so that code and "
            "layer are of one version; in a checkout run `make setup`."
        )


class RowsNotConservedError(PermanentError):
    """Rows read differ from rows accepted plus rows quarantined. Never the file's fault."""

    def __init__(self, *, source: SourceObject, read: int, accepted: int, quarantined: int) -> None:
        self.source = source
        self.read = read
        self.accepted = accepted
        self.quarantined = quarantined
        super().__init__(
            f"{source.ledger_id}: {read} rows were read, but {accepted} accepted and {quarantined} "
            "quarantined ones were written. No verdict was recorded; report this with the file."
        )


class MissingSecretError(PermanentError):
    """Columns are personal data, and there is nothing to protect them with."""

    def __init__(self, *, dataset: str, columns: Iterable[str]) -> None:
        self.dataset = dataset
        super().__init__(
            f"the columns {', '.join(columns)} of {dataset} are to be protected, and the function "
            "has no key for that, so none of its rows is written. Deploy the stack again: it makes "
            "the key when a contract protects a column."
        )


class SurplusColumnsError(PermanentError):
    """A file has columns that its contract does not know, and the contract's mode allows them.

    Caught by ``lambdas.ingest.core.judge_object``, which judges the file again with them.
    """

    def __init__(self, *, names: Iterable[str]) -> None:
        self.names = tuple(names)
        super().__init__(
            f"the file has {len(self.names)} columns more than its contract, which may be taken "
            "only when the file is judged as an object; report this."
        )


class UnusableObjectError(PermanentError):
    """The object as a whole cannot be judged row by row; the reason is kept beside it."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class MissingVersionError(UnusableObjectError):
    """The version named by the event does not exist any more, or is a delete marker."""

    def __init__(self, *, source: SourceObject) -> None:
        super().__init__(
            f"version {source.version} of s3://{source.bucket}/{source.key} does not exist any "
            "more, so its rows cannot be read; put the file again to ingest it"
        )
