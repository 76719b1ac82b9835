"""Asking the backend by boto3, with None for what is not there."""

from __future__ import annotations

from collections.abc import Mapping

from botocore.exceptions import ClientError

from tests.functional.providers.case import Description
from tests.functional.providers.world import World

_GONE = ("NotFound", "NoSuch", "NonExistent", "404", "DoesNotExist")


def ask(world: World, service: str, operation: str, **parameters: object) -> Description | None:
    """The answer to one operation; None when the error says that the object is gone."""
    try:
        return getattr(world.client(service), operation)(**parameters)
    except ClientError as error:
        if any(part in error.response["Error"]["Code"] for part in _GONE):
            return None
        raise


def asked(
    world: World, service: str, *calls: tuple[str, Mapping[str, object]]
) -> Description | None:
    """The answers to several operations; None when one of them finds nothing."""
    answers = [ask(world, service, operation, **parameters) for operation, parameters in calls]
    if any(answer is None for answer in answers):
        return None
    return {str(index): answer for index, answer in enumerate(answers)}
