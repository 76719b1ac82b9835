"""The refusals of the authorisation, as values that become AWS error responses.

ApiRefusalError
├── AccessDeniedError          the policies do not allow it
├── InvalidCredentialsError    nobody is known by these credentials
└── NotKnownError              the local cloud does not know an operation, action or condition
"""

from __future__ import annotations

from http import HTTPStatus

from tarn.errors import PermanentError


class ApiRefusalError(PermanentError):
    """A request is answered with an error before it reaches the service."""

    def __init__(self, message: str, *, code: str, status: HTTPStatus) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status


class AccessDeniedError(ApiRefusalError):
    """No policy allows it, or one denies it. The message is of the form that AWS gives."""

    def __init__(self, *, caller: str, action: str, resource: str, because: str) -> None:
        super().__init__(
            f"User: {caller} is not authorized to perform: {action} on resource: {resource} "
            f"because {because}",
            code="AccessDenied",
            status=HTTPStatus.FORBIDDEN,
        )
        self.caller = caller
        self.action = action
        self.resource = resource


class InvalidCredentialsError(ApiRefusalError):
    """The access key or its session token is not known, or has expired."""

    def __init__(self, message: str, *, code: str = "InvalidClientTokenId") -> None:
        super().__init__(message, code=code, status=HTTPStatus.FORBIDDEN)


class NotKnownError(ApiRefusalError):
    """Something that AWS may know and Tarn's local cloud does not: refused, never guessed."""

    def __init__(self, *, what: str, what_to_do: str) -> None:
        super().__init__(
            f"Tarn's local cloud does not know {what}. {what_to_do}",
            code="NotImplemented",
            status=HTTPStatus.NOT_IMPLEMENTED,
        )
