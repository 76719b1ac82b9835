"""Each statement of each policy is needed, action by action: taken away, something breaks.

It adds no rows to the sample year, but announces files of it again, so it sorts after
test_main_job.py.
"""

from __future__ import annotations

import pytest

from tests.e2e.conftest import SampleYear
from tests.e2e.permissions.effects import effect
from tests.e2e.permissions.probes import PROBES, Probe, feel
from tests.e2e.permissions.replay import decided
from tests.e2e.permissions.situations import Situations
from tests.e2e.permissions.survey import COMMAND, PAGE, Survey

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def situations(sample_year: SampleYear) -> Situations:
    """The cloud with the sample year, ready to be driven."""
    return Situations(sample_year.checkout)


@pytest.fixture(scope="module")
def survey(situations: Situations) -> Survey:
    """What every mutation changes."""
    return Survey.of(situations)


def test_nothing_that_the_program_asks_for_is_refused(survey: Survey) -> None:
    """But for what comes over plain HTTP; so a needed statement that is missing shows here."""
    refused = [
        f"{each}: {each.because}"
        for each in survey.requests
        if each.because is not None and "explicit deny" not in each.because
    ]
    assert refused == []


def test_the_replay_decides_as_the_cloud_did(survey: Survey) -> None:
    otherwise = [
        f"{each}: {each.because} became {again.because}"
        for each in survey.requests
        if (again := decided(each, survey.documents)).because != each.because
    ]
    assert otherwise == []


def test_every_statement_and_action_is_needed(survey: Survey) -> None:
    """What nothing needs goes from infra/, or is asked for by documentation (documented.py)."""
    assert survey.unneeded() == []


def test_nothing_is_excused_that_is_asked_for_here(survey: Survey) -> None:
    assert survey.needless_excuses() == []


def test_every_effect_has_its_words(survey: Survey) -> None:
    wordless = [
        str(mutation)
        for mutation, changed in survey.changes
        if changed and mutation.action is not None and effect(mutation) is None
    ]
    assert wordless == [], "say what breaks in tests/e2e/permissions/effects.py"


def test_the_page_is_current(survey: Survey) -> None:
    assert PAGE.read_text() == survey.page(), f"write it anew: {COMMAND}"


def test_each_policy_has_a_probe(survey: Survey) -> None:
    policies = sorted((each.kind, each.holder) for each in survey.documents)
    assert sorted((each.kind, each.holder) for each in PROBES) == policies


@pytest.mark.parametrize("probe", PROBES, ids=str)
def test_what_the_replay_foretells_happens(
    probe: Probe, survey: Survey, situations: Situations
) -> None:
    feel(probe, survey, situations)
