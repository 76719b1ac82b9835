"""Operations of the Glue API that answer in place of moto's, or that moto does not have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores
from moto.glue.models import GlueBackend, glue_backends
from moto.glue.responses import GlueResponse

Parameters = Mapping[str, Any]
Answer = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class GlueRequest:
    """One call of the Glue API: who is asked, and for what."""

    account_id: str
    region: str
    parameters: Parameters

    @property
    def backend(self) -> GlueBackend:
        """Return moto's Glue of the account and region."""
        return glue_backends[self.account_id][self.region]


Operation = Callable[[GlueRequest], Answer]


class GlueRefusal(JsonRESTError):  # noqa: N818 - an answer of the API, not an error of ours
    """An error that AWS would answer with, by its code."""

    code = 400

    def __init__(self, *, code: str, message: str) -> None:
        super().__init__(error_type=code, message=message)


def refuse_unknown(request: GlueRequest, *names: str) -> None:
    """Refuse parameters that the local Glue would have to ignore."""
    present = [name for name in names if request.parameters.get(name)]
    if present:
        raise GlueRefusal(
            code="InvalidInputException",
            message=f"The local cloud does not support {', '.join(present)} of this operation.",
        )


class Installation:
    """Puts operations in moto's place, and gives moto's back."""

    def __init__(self, operations: Mapping[str, Operation]) -> None:
        self._operations = operations
        self._replaced: dict[str, object] = {}

    def install(self) -> None:
        """Answer these operations from now on. Called twice it changes nothing."""
        for name, operation in self._operations.items():
            method = camelcase_to_underscores(name)
            self._replaced.setdefault(method, vars(GlueResponse).get(method, _ABSENT))
            setattr(GlueResponse, method, _as_method(operation))

    def remove(self) -> None:
        """Let moto answer again."""
        while self._replaced:
            method, original = self._replaced.popitem()
            if original is _ABSENT:
                delattr(GlueResponse, method)
            else:
                setattr(GlueResponse, method, original)


_ABSENT: Final = object()


def _as_method(operation: Operation) -> Callable[[GlueResponse], ActionResult]:
    def answer(response: GlueResponse) -> ActionResult:
        request = GlueRequest(
            account_id=response.current_account,
            region=response.region,
            parameters=response.parameters,
        )
        return ActionResult(operation(request))

    return answer
