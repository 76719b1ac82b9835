"""For every rule of every AWS type, inputs that break it and where the refusal is shown.

Values outside an enumeration and missing inputs follow from the adapters' tables.
"""

from __future__ import annotations

from typing import Final

from tests.unit.providers.refusals.data import DATA
from tests.unit.providers.refusals.functions import FUNCTIONS
from tests.unit.providers.refusals.glue import GLUE
from tests.unit.providers.refusals.messaging import MESSAGING

REFUSALS: Final = {**MESSAGING, **FUNCTIONS, **DATA, **GLUE}
