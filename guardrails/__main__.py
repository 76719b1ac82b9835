"""What `pulumi preview --policy-pack guardrails` runs."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def main() -> None:
    """Serve the rules to the engine until it ends."""
    # The engine runs this folder, wherever it lies: the rules beside this file are the ones that
    # are meant, and not those of another checkout that is installed.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from guardrails.analyzer import serve
    from guardrails.pack import guardrails
    from guardrails.rules import ALL

    config = json.loads(os.environ.get("PULUMI_CONFIG") or "{}")
    serve(guardrails(ALL, config=config, environment=os.environ))


main()
