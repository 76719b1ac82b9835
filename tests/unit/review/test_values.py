"""Values are the same on every machine: nothing secret, unknown, made up or local stays in them."""

from __future__ import annotations

from review.documents import differences
from review.model import JsonValue
from review.paths import join, parse, value_at
from review.values import SECRET, UNKNOWN, Spelling, made_up_by

SIGNATURE = "4dabf18193072939515e22adb298388d"
KEY_ID = "e82eb72e-323b-4317-9ae2-255f35dfbea0"
STATE = (
    {
        "urn": "urn:pulumi:prod::tarn::aws:kms/key:Key::lake-key",
        "type": "aws:kms/key:Key",
        "id": KEY_ID,
        "inputs": {"description": "Encrypts"},
        "outputs": {"keyId": KEY_ID, "arn": f"arn:aws:kms:eu-central-1:1:key/{KEY_ID}"},
    },
    {
        "urn": "urn:pulumi:prod::tarn::aws:a:A::another",
        "type": "aws:a:A",
        "id": "another",
        "inputs": {"key": KEY_ID},
        "outputs": {"kmsKeyId": f"arn:{KEY_ID}", "externalId": "1_gbihHKDNn"},
    },
)
SPELLING = Spelling(region="eu-central-1", made_up=made_up_by(STATE), roots=("/tmp/a/base",))


def test_what_the_account_made_up_has_the_name_of_who_made_it() -> None:
    assert SPELLING.text(f"arn:aws:kms:x:key/{KEY_ID}") == "arn:aws:kms:x:key/<id of lake-key>"
    assert SPELLING.text("1_gbihHKDNn") == "<externalId of another>"


def test_folders_and_ports_of_this_machine_are_left_out() -> None:
    assert SPELLING.text("/tmp/a/base/glue_jobs/x.py") == "glue_jobs/x.py"
    queue = "http://127.0.0.1:34567/000000000000/ingest"
    assert SPELLING.text(queue) == "https://sqs.eu-central-1.amazonaws.com/000000000000/ingest"


def test_secrets_are_hidden_and_unknowns_marked() -> None:
    secret = {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "abc"}
    unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    assert SPELLING.plain({"b": [secret], "a": unknown, "__defaults": []}) == {
        "a": UNKNOWN,
        "b": [SECRET],
    }


def test_an_asset_is_its_content_and_its_place_in_the_repository() -> None:
    asset = {
        SIGNATURE: "c44067f5952c0a294b673a41bacd8c17",
        "path": "/tmp/a/base/x.zip",
        "hash": "1f",
    }
    assert SPELLING.plain(asset) == {"asset": "x.zip", "hash": "1f"}


def test_paths_are_read_and_written_as_pulumi_does() -> None:
    assert parse('a.b["c.d"][0].e') == ("a", "b", "c.d", 0, "e")
    assert join(join(join("a", "c.d"), 0), "e") == 'a["c.d"][0].e'
    assert value_at({"a": [{"b": 1}]}, "a[0].b") == 1
    assert value_at({"a": [{"b": 1}]}, "a[1].b") is None


def test_documents_in_texts_are_opened_and_lists_are_sets() -> None:
    old = '{"Statement": [{"Sid": "A", "Action": ["x", "y"]}, {"Sid": "B"}]}'
    new = '{"Statement": [{"Sid": "B"}, {"Sid": "A", "Action": ["y", "x", "z"]}]}'
    assert list(differences(old, new, "policy")) == [('policy.Statement["A"].Action', None, ["z"])]
    assert list(differences([1, 2], [2, 1], "p")) == []


def test_objects_without_a_name_are_compared_when_one_differs() -> None:
    old: list[JsonValue] = [{"days": 1, "x": 2}, {"days": 5, "x": 2}]
    new: list[JsonValue] = [{"days": 5, "x": 2}, {"days": 1, "x": 3}]
    assert list(differences(old, new, "p")) == [("p[1].x", 2, 3)]
