"""A step of the set-up, and the rule by which it runs or is skipped."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.setup.command import Runner
from tools.setup.console import Console
from tools.setup.disk import free_mib
from tools.setup.errors import DiskFullError
from tools.setup.layout import Layout
from tools.setup.stamps import Stamps


@dataclass(frozen=True, kw_only=True)
class Step:
    """One part of the set-up.

    ``key`` is the fingerprint of all that the part is made from; ``products`` must exist for it to
    count as made. ``keeps_mib`` is what it leaves on the disk; ``needs_mib`` what it takes on an
    empty machine, caches included.
    """

    name: str
    title: str
    key: str
    products: tuple[Path, ...]
    keeps_mib: int
    needs_mib: int
    build: Callable[[Runner], None]


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Runs steps for one layout; ``held`` is what their tools keep open (see Runner)."""

    layout: Layout
    console: Console
    held: tuple[int, ...] = ()

    @property
    def _stamps(self) -> Stamps:
        return Stamps(directory=self.layout.stamps)

    def is_made(self, step: Step) -> bool:
        """Tell whether the step's product is there, made from what is there now."""
        return self._stamps.matches(step.name, step.key) and all(
            product.exists() for product in step.products
        )

    def make(self, step: Step) -> bool:
        """Run the step where it is due; say whether it was."""
        if self.is_made(step):
            return False
        self._check_space(step)
        # Without this a step that is interrupted would count as made once its inputs change back.
        self._stamps.forget(step.name)
        self.console.begin(step.title)
        started = time.monotonic()
        runner = Runner(
            console=self.console,
            logs=self.layout.logs,
            needed_mib=step.needs_mib,
            held=self.held,
        )
        step.build(runner)
        self._stamps.write(step.name, step.key)
        self.console.end(time.monotonic() - started)
        return True

    def _check_space(self, step: Step) -> None:
        free = free_mib(self.layout.root)
        if free < step.keeps_mib:
            raise DiskFullError(
                doing=step.title, place=self.layout.root, free_mib=free, needed_mib=step.needs_mib
            )
