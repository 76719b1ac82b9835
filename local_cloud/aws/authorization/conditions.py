"""Condition blocks of policies: operators, context keys, and what is not known.

An operator or a key that is not known here is refused by name: a condition is never counted as
met, or as not met, without being understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from local_cloud.aws.authorization.errors import NotKnownError
from local_cloud.aws.authorization.matching import arn_matches, matches

Context = Mapping[str, str | Sequence[str]]
"""Condition keys in lower case, with the value or values of this request."""

KNOWN_KEYS: Final = frozenset(
    key.lower()
    for key in (
        "aws:PrincipalAccount",
        "aws:PrincipalArn",
        "aws:PrincipalIsAWSService",
        "aws:PrincipalOrgID",
        "aws:PrincipalServiceName",
        "aws:PrincipalType",
        "aws:RequestedRegion",
        "aws:ResourceAccount",
        "aws:SecureTransport",
        "aws:SourceAccount",
        "aws:SourceArn",
        "aws:SourceIp",
        "aws:SourceOwner",
        "aws:ViaAWSService",
        "aws:userid",
        "aws:username",
        "cloudwatch:namespace",
        "iam:AssociatedResourceArn",
        "iam:PassedToService",
        "kms:CallerAccount",
        "kms:EncryptionContextKeys",
        "kms:GrantIsForAWSResource",
        "kms:KeyOrigin",
        "kms:MacAlgorithm",
        "kms:ViaService",
        "lambda:FunctionArn",
        "lambda:SourceFunctionArn",
        "s3:ResourceAccount",
        "s3:TlsVersion",
        "s3:VersionId",
        "s3:delimiter",
        "s3:max-keys",
        "s3:prefix",
        "s3:x-amz-acl",
        "s3:x-amz-server-side-encryption",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
        "sts:ExternalId",
        "sts:RoleSessionName",
    )
)
"""Keys whose presence or absence in a request is known here."""

_KNOWN_PREFIXES: Final = ("kms:encryptioncontext:",)
_SUFFIX: Final = "IfExists"
_QUANTIFIERS: Final = ("ForAllValues", "ForAnyValue")

_Test = Callable[[str, str], bool]


def _number(test: Callable[[float, float], bool]) -> _Test:
    return lambda wanted, given: test(float(given), float(wanted))


_POSITIVE: Final[Mapping[str, _Test]] = {
    "StringEquals": lambda wanted, given: wanted == given,
    "StringEqualsIgnoreCase": lambda wanted, given: wanted.lower() == given.lower(),
    "StringLike": matches,
    "ArnEquals": arn_matches,
    "ArnLike": arn_matches,
    "Bool": lambda wanted, given: wanted.lower() == given.lower(),
    "NumericEquals": _number(lambda given, wanted: given == wanted),
    "NumericLessThan": _number(lambda given, wanted: given < wanted),
    "NumericLessThanEquals": _number(lambda given, wanted: given <= wanted),
    "NumericGreaterThan": _number(lambda given, wanted: given > wanted),
    "NumericGreaterThanEquals": _number(lambda given, wanted: given >= wanted),
}
_NEGATED: Final = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
}


def conditions_hold(
    conditions: Mapping[str, Mapping[str, Sequence[str]]], context: Context
) -> bool:
    """Whether every condition of a statement holds in a request's context."""
    return all(
        _holds(operator, key, wanted, context)
        for operator, tests in conditions.items()
        for key, wanted in tests.items()
    )


def _holds(operator: str, key: str, wanted: Sequence[str], context: Context) -> bool:
    quantifier, _, bare = operator.rpartition(":")
    if quantifier and quantifier not in _QUANTIFIERS:
        raise _unknown_operator(operator)
    name = bare.removesuffix(_SUFFIX)
    given = _values(key, context)
    if name == "Null":
        return (given is None) == (wanted[0].lower() == "true")
    if name not in _POSITIVE and name not in _NEGATED:
        raise _unknown_operator(operator)
    if given is None:
        return bare.endswith(_SUFFIX) or name in _NEGATED or quantifier == "ForAllValues"
    wanted = [_without_variables(each, context) for each in wanted]
    if name in _NEGATED:
        test = _POSITIVE[_NEGATED[name]]
        results = (not any(test(want, give) for want in wanted) for give in given)
        return any(results) if quantifier == "ForAnyValue" else all(results)
    test = _POSITIVE[name]
    results = (any(test(want, give) for want in wanted) for give in given)
    return all(results) if quantifier == "ForAllValues" else any(results)


def _values(key: str, context: Context) -> Sequence[str] | None:
    lower = key.lower()
    if lower not in KNOWN_KEYS and not lower.startswith(_KNOWN_PREFIXES):
        raise NotKnownError(
            what=f"the condition key {key} of a policy",
            what_to_do="Use a key that it knows, or add it to "
            "local_cloud/aws/authorization/conditions.py with its value in a request.",
        )
    value = context.get(lower)
    if value is None:
        return None
    return [value] if isinstance(value, str) else value


def _unknown_operator(operator: str) -> NotKnownError:
    return NotKnownError(
        what=f"the condition operator {operator} of a policy",
        what_to_do="Use one that it knows: " + ", ".join([*_POSITIVE, *_NEGATED, "Null"]) + ".",
    )


_VARIABLE: Final = re.compile(r"\$\{([^}]*)\}")


def _without_variables(text: str, context: Context) -> str:
    """Put the values of policy variables, e.g. ``${aws:PrincipalAccount}``, in their places."""

    def replace(found: re.Match[str]) -> str:
        values = _values(found.group(1), context)
        if values is None:
            return ""
        return values[0]

    return _VARIABLE.sub(replace, text) if "${" in text else text


def with_values(texts: Iterable[str], context: Context) -> list[str]:
    """Return patterns of a statement with their policy variables replaced."""
    return [_without_variables(text, context) for text in texts]
