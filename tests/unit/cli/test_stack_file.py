"""Settings made fit for a throw-away cloud: what leads elsewhere goes, secrets stay secret."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.engine import PASSPHRASE
from cli.reviewing.errors import NoStackError
from cli.reviewing.secrets import Cipher, new_salt, own_cipher, placeholder
from cli.reviewing.stack_file import prepare

OWN = "a passphrase of ours"


@pytest.fixture(autouse=True)
def no_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE", raising=False)
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE_FILE", raising=False)


def written(tree: Path, document: dict[str, Any]) -> dict[str, Any]:
    """Prepare a stack's file and read it back."""
    (tree / "Pulumi.prod.yaml").write_text(yaml.safe_dump(document))
    prepare(tree, "prod", side="base")
    return yaml.safe_load((tree / "Pulumi.prod.yaml").read_text())


def opened(document: dict[str, Any], ciphertext: str) -> str | None:
    """Read a secret as the throw-away stack would."""
    salt = document["encryptionsalt"].split(":")[1]
    return Cipher.of(PASSPHRASE, base64.b64decode(salt)).decrypt(ciphertext)


def test_settings_stay_and_what_leads_elsewhere_goes(tmp_path: Path) -> None:
    config = {
        "aws:region": "eu-west-1",
        "aws:profile": "production",
        "aws:assumeRoles": [{"roleArn": "arn"}],
        "aws:allowedAccountIds": ["123456789012"],
        "snowflake:user": "DEPLOYER",
        "tarn:environment": "prod",
    }
    (tmp_path / "Pulumi.prod.yaml").write_text(
        yaml.safe_dump({"secretsprovider": "awskms://alias/x", "config": config})
    )
    found = prepare(tmp_path, "prod", side="base")
    assert (found.region, found.account_id) == ("eu-west-1", "123456789012")
    document = yaml.safe_load((tmp_path / "Pulumi.prod.yaml").read_text())
    assert document["config"].pop("tarn:warehouse") == {"roleSettleSeconds": 0}
    assert set(document["config"]) == {"aws:region", "aws:allowedAccountIds", "tarn:environment"}
    assert "secretsprovider" not in document


def test_a_secret_that_nobody_here_can_open_becomes_as_long_a_placeholder(tmp_path: Path) -> None:
    theirs = Cipher.of("not ours", b"saltsalt").encrypt("as long as this")
    config = {"tarn:warehouse": {"keys": [{"secure": theirs}]}}
    (tmp_path / "Pulumi.prod.yaml").write_text(yaml.safe_dump({"config": config}))
    assert prepare(tmp_path, "prod", side="base").placeholders == ("tarn:warehouse.keys[0]",)
    document = yaml.safe_load((tmp_path / "Pulumi.prod.yaml").read_text())
    text = opened(document, document["config"]["tarn:warehouse"]["keys"][0]["secure"])
    assert text == placeholder(theirs)
    assert text is not None
    assert len(text) == len("as long as this")
    another = Cipher.of("not ours", b"saltsalt").encrypt("another secret!")
    assert placeholder(theirs) != placeholder(another)


def test_a_secret_that_we_can_open_is_used_and_stays_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    salt, cipher = new_salt(OWN, b"our salt")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", OWN)
    document = written(
        tmp_path, {"encryptionsalt": salt, "config": {"k": {"secure": cipher.encrypt("in clear")}}}
    )
    assert opened(document, document["config"]["k"]["secure"]) == "in clear"
    assert "in clear" not in (tmp_path / "Pulumi.prod.yaml").read_text()


def test_the_cipher_is_pulumis(monkeypatch: pytest.MonkeyPatch) -> None:
    # Written by the real engine: it is the salt of Pulumi.local.yaml.
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "local")
    local = yaml.safe_load((Path(__file__).parents[3] / "Pulumi.local.yaml").read_text())
    assert own_cipher(local["encryptionsalt"]) is not None
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "wrong")
    assert own_cipher(local["encryptionsalt"]) is None


def test_a_stack_that_the_commit_does_not_have_is_told_with_those_it_has(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").touch()
    with pytest.raises(NoStackError, match="It has: dev"):
        prepare(tmp_path, "prod", side="head")
