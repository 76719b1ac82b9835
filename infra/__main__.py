"""The entry of the Pulumi program: load the settings, build, export."""

from __future__ import annotations

import pulumi

from infra.settings import load_settings
from infra.stack import assemble, build, exports
from tarn.errors import TarnError


def main() -> None:
    """Declare the stack; what is wrong with its input is told without a traceback."""
    try:
        settings = load_settings()
        platform = build(settings, assemble(settings))
    except TarnError as error:
        raise pulumi.RunError(str(error)) from error
    for name, value in exports(platform).items():
        pulumi.export(name, value)


main()
