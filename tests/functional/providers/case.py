"""One row of the conformance table of the AWS adapters."""

from __future__ import annotations

from tests.functional.providers.life import Description, LifeCase
from tests.functional.providers.world import World

Case = LifeCase[World]

__all__ = ["Case", "Description"]
