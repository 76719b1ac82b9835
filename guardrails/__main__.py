"""What `pulumi preview --policy-pack guardrails` runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    """Serve the rules to the engine until it ends."""
    # The engine runs this folder, wherever it lies: the rules beside this file are the ones that
    # are meant, and not those of another checkout that is installed.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from pulumi_policy import PolicyPack

    from guardrails.pack import NAME, engine_config, guardrails
    from guardrails.rules import ALL

    pack = guardrails(ALL, config=engine_config(), environment=os.environ)
    PolicyPack(name=NAME, policies=pack.policies())


main()
