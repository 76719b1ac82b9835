"""Where things are in a checkout: the repository, its tools and its working state."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from cli.errors import CommandError


class NotACheckoutError(CommandError):
    """The command was called outside a checkout of the project."""

    def __init__(self, start: Path) -> None:
        super().__init__(
            f"{start} is not inside a checkout of Tarn (no Pulumi.yaml beside contracts/ was found "
            "here or above). Change to the repository and run the command again."
        )


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """Paths of one checkout. Everything that a command writes lies under ``state``."""

    root: Path

    @property
    def state(self) -> Path:
        """Working state, never committed: tools, caches, the local cloud's home."""
        return self.root / ".tarn"

    @property
    def local_home(self) -> Path:
        """Home of the local cloud; TARN_HOME moves it, so that tests run beside a user's own."""
        return Path(os.environ.get("TARN_HOME", str(self.state / "local"))).absolute()

    @property
    def pulumi_home(self) -> Path:
        """PULUMI_HOME of local stacks: it holds the local provider plugins."""
        return self.local_home / "pulumi"

    @property
    def contracts(self) -> Path:
        """Folder of the data contracts."""
        return self.root / "contracts"

    @property
    def executables(self) -> str:
        """The search path for child processes: our Python, the engine, then the user's own."""
        own = [str(Path(sys.executable).parent), str(self.state / "toolchain" / "bin")]
        return os.pathsep.join([*own, os.environ.get("PATH", os.defpath)])


def find_workspace(start: Path | None = None) -> Workspace:
    """Find the checkout that holds ``start`` (the working directory when not given).

    Raises NotACheckoutError when there is none.
    """
    here = (start or Path.cwd()).absolute()
    for folder in (here, *here.parents):
        if (folder / "Pulumi.yaml").is_file() and (folder / "contracts").is_dir():
            return Workspace(root=folder)
    raise NotACheckoutError(here)
