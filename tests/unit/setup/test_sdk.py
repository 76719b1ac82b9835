"""Which packages of the AWS SDK are compiled to load little."""

from __future__ import annotations

from pathlib import Path

from tools.setup.sdk import services_named


def test_every_way_to_name_a_service_is_seen(tmp_path: Path) -> None:
    (tmp_path / "components").mkdir()
    (tmp_path / "components" / "one.py").write_text(
        "import pulumi_aws as aws\nfrom pulumi_aws import iam, lambda_\n"
        "from pulumi_aws.glue import CatalogDatabase\nx = aws.cloudwatch.LogGroup('x')\n"
    )
    (tmp_path / "two.py").write_text("def f():\n    return aws.get_region()\n")

    assert services_named(tmp_path) == ["cloudwatch", "glue", "iam", "lambda_"]
