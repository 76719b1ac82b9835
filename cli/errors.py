"""What the command line reports when it cannot go on.

CommandError
├── NoLocalCloudError       a command needs the local cloud, and none runs
├── LocalCloudRefusedError  the local cloud does not do what it was asked
├── DeploymentError         the Pulumi engine did not finish
├── EngineBusyError         another run of the engine works on the same stack
├── UnknownDatasetError     no contract has this name
├── OptionError             an option has a value that nothing can be made of
├── StationTimeoutError     data did not reach a station of its journey in time
└── QueryError              Snowflake refused a statement
"""

from __future__ import annotations

from collections.abc import Iterable

from tarn.errors import PermanentError


class CommandError(PermanentError):
    """Base: the message is shown as it is, without a traceback."""


class NoLocalCloudError(CommandError):
    """No local cloud runs for this checkout."""

    def __init__(self) -> None:
        super().__init__(
            "No local cloud is running for this checkout, so there is nothing to ask. "
            "Start it, deploy and load the sample data with `make up`."
        )


class LocalCloudRefusedError(CommandError):
    """The control API's own words."""


class DeploymentError(CommandError):
    """The engine reported failures."""

    def __init__(self, *, stack: str, failures: Iterable[str]) -> None:
        self.stack = stack
        self.failures = tuple(failures)
        detail = "\n".join(f"  {failure}" for failure in self.failures) or "  (no diagnostics)"
        super().__init__(
            f"Pulumi could not deploy stack '{stack}':\n{detail}\n"
            "Nothing after this step was run. Fix what is named above and run the command again; "
            "resources that were made are kept and will not be made twice."
        )


class EngineBusyError(CommandError):
    """Another run of the engine works on the same state."""

    def __init__(self, *, pid: int) -> None:
        self.pid = pid
        super().__init__(
            f"Another Pulumi run (process {pid}) works on this stack, and two at once would each "
            "undo the other's work. Wait until it has ended, or end it, and run the command again."
        )


class UnknownDatasetError(CommandError):
    """A dataset that no contract describes."""

    def __init__(self, dataset: str, known: Iterable[str]) -> None:
        self.dataset = dataset
        self.known = tuple(sorted(known))
        super().__init__(
            f"No contract describes the dataset '{dataset}', so its files would be quarantined "
            f"whole. Known datasets: {', '.join(self.known)}. Add contracts/{dataset}.odcs.yaml "
            "and run `make up`, or name one of these."
        )


class StationTimeoutError(CommandError):
    """Something did not arrive where it should."""

    def __init__(self, *, station: str, waiting_for: str, seconds: float, next_step: str) -> None:
        self.station = station
        super().__init__(
            f"{station}: still waiting for {waiting_for} after {seconds:.0f} s. "
            f"No data is lost: it stays where it is and goes on when the cause is gone. {next_step}"
        )


class OptionError(CommandError):
    """An option has a value that nothing can be made of."""

    def __init__(self, *, option: str, value: str, wanted: str) -> None:
        super().__init__(f"{option} is '{value}', which is not {wanted}. Nothing was done.")


class QueryError(CommandError):
    """A statement that Snowflake refused."""

    def __init__(self, message: str) -> None:
        super().__init__(f"Snowflake refused the statement: {message}")
