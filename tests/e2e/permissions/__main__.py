"""Write docs/permissions.md: deploy, load the sample year, drive every situation, look."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.e2e.checkout import Checkout
from tests.e2e.permissions.situations import Situations
from tests.e2e.permissions.survey import PAGE, Survey


def main() -> None:
    """Write the page from a cloud of its own."""
    with tempfile.TemporaryDirectory() as directory:
        checkout = Checkout.copy_to(Path(directory) / "checkout")
        try:
            checkout.ask("up")
            PAGE.write_text(Survey.of(Situations(checkout)).page())
        finally:
            checkout.stop()


if __name__ == "__main__":
    main()
