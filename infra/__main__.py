"""The entry of the Pulumi program: load the settings, build, export."""

from __future__ import annotations

import gc

import pulumi

from tarn.errors import TarnError


def main() -> None:
    """Declare the stack; what is wrong with its input is told without a traceback."""
    # What is imported stays for life, so looking through it for garbage is only a delay: a tenth
    # of a preview, most of it in the SDKs.
    gc.disable()
    from infra.debug_messages import bundle_debug_messages
    from infra.settings import load_settings
    from infra.stack import assemble, build, exports

    gc.freeze()
    gc.enable()
    bundle_debug_messages()
    try:
        settings = load_settings()
        platform = build(settings, assemble(settings))
    except TarnError as error:
        raise pulumi.RunError(str(error)) from error
    for name, value in exports(platform).items():
        pulumi.export(name, value)


main()
