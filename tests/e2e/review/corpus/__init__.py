"""The seeded pull requests, by what they are about."""

from __future__ import annotations

from tests.e2e.review.corpus.access import ACCESS
from tests.e2e.review.corpus.contracts import CONTRACTS
from tests.e2e.review.corpus.data import DATA
from tests.e2e.review.corpus.harmless import HARMLESS
from tests.e2e.review.corpus.noise import NOISE
from tests.e2e.review.corpus.refused import REFUSED
from tests.e2e.review.corpus.service import SERVICE

SEEDS = (*NOISE, *HARMLESS, *DATA, *ACCESS, *SERVICE, *CONTRACTS, *REFUSED)
