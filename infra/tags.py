"""The tags that every taggable resource carries: one place says what they are."""

from __future__ import annotations


def resource_tags(*, environment: str, owner: str, component: str) -> dict[str, str]:
    """Return the tags of one component's resources, for cost reports and for finding owners."""
    return {
        "Project": "tarn",
        "Environment": environment,
        "Component": component,
        "Owner": owner,
        "ManagedBy": "pulumi",
    }
