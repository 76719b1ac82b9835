"""kill -9 of everything that runs, once each; `make chaos` does it at 50 random moments."""

from __future__ import annotations

import pytest

from tests.e2e import chaos
from tests.e2e.chaos import Moment, Victim
from tests.e2e.checkout import Checkout
from tests.e2e.contents import settled_differences

pytestmark = pytest.mark.timeout(900)

RUNS = (
    (Moment(seed=1, victim=Victim.ENGINE, stage="Deploy", share=0.6),),
    (Moment(seed=2, victim=Victim.CLOUD, stage="Merge", share=0.5),),
    (
        Moment(seed=3, victim=Victim.FUNCTION, stage="Land", share=0.5),
        Moment(seed=4, victim=Victim.SPARK, stage="Merge", share=0.3),
    ),
)
"""The victims of each `tarn up`, one run after the other on what the last one left."""


def test_after_kills_of_everything_the_tables_are_those_of_an_undisturbed_run(
    checkout: Checkout,
) -> None:
    undisturbed = chaos.undisturbed(checkout)
    assert chaos.reset(checkout) == []

    for moments in RUNS:
        run = chaos.Run(checkout)
        for moment in moments:
            killed = chaos.kill_at(checkout, run, moment, undisturbed)
            assert killed is not None, f"{moment} came too late:\n{''.join(run.lines)}"
        run.end()
    checkout.tarn(*chaos.UP)

    assert settled_differences(undisturbed.contents, checkout) == {}
    assert chaos.reset(checkout) == []
