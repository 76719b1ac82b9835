"""Local clouds for the end-to-end room, each in a copy of the checkout of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.e2e.checkout import Checkout


@dataclass(frozen=True, kw_only=True)
class SampleYear:
    """A checkout after `make up`; ``result`` is what `tarn up --format json` printed."""

    checkout: Checkout
    result: dict[str, Any]


@pytest.fixture(scope="session")
def sample_year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleYear]:
    """The sample year, taken through the whole data path once for the session."""
    checkout = Checkout.copy_to(tmp_path_factory.mktemp("sample_year") / "checkout")
    try:
        yield SampleYear(checkout=checkout, result=checkout.ask("up"))
    finally:
        checkout.stop()


@pytest.fixture
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A fresh copy without a cloud; what a test starts in it is stopped afterwards."""
    made = Checkout.copy_to(tmp_path_factory.mktemp("fresh") / "checkout")
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture
def cloud(checkout: Checkout) -> Checkout:
    """A fresh copy whose local cloud runs, with an empty stack selected."""
    checkout.tarn("local", "up")
    made = checkout.pulumi("stack", "init", "local")
    assert made.returncode == 0, made.stderr
    return checkout
