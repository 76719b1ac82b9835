"""What goes wrong in the life of a stack, and plain `pulumi` commands that mend it.

Each situation has a program of a few resources in one local cloud, whose services are asked.
`tarn up` after kills is the business of `make chaos`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.e2e.checkout import Checkout
from tests.e2e.processes import processes_of
from tests.e2e.small_stack import SmallStack

pytestmark = pytest.mark.timeout(600)

CHAIN = """last = None
for number in range(10):
    options = pulumi.ResourceOptions(depends_on=[last] if last else [])
    last = aws.s3.Bucket(f"b{{number}}", bucket=f"{name}-{{number}}", opts=options)
"""
"""Ten buckets, one after the other."""


@pytest.fixture(scope="module")
def clouds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """One local cloud, which a test may lose if it starts the next."""
    made = Checkout.copy_to(tmp_path_factory.mktemp("recovery") / "checkout")
    made.tarn("local", "up")
    try:
        yield made
    finally:
        made.stop()


def test_an_engine_killed_while_it_creates_replaces_and_deletes(clouds: Checkout) -> None:
    stack = SmallStack.make(clouds, "killed", CHAIN.format(name="killed-old"))
    up = ("up", "--yes", "--skip-preview")

    stack.kill_when(lambda: "killed-old-4" in stack.buckets("killed-old"), *up)
    _no_plugin_is_left(clouds)
    assert "pulumi cancel" in stack.fails(*up)
    _recover(stack)
    assert stack.buckets("killed") == {f"killed-old-{number}" for number in range(10)}

    stack.write(CHAIN.format(name="killed-new"))
    stack.kill_when(lambda: "killed-new-4" in stack.buckets("killed-new"), *up)
    _recover(stack)
    assert stack.buckets("killed") == {f"killed-new-{number}" for number in range(10)}

    destroy = ("destroy", "--yes", "--skip-preview")
    stack.kill_when(lambda: "killed-new-5" not in stack.buckets("killed-new"), *destroy)
    stack.succeeds("cancel", "--yes")
    stack.succeeds(*destroy)
    assert stack.buckets("killed") == set()
    assert [one["type"] for one in stack.state().get("resources", [])] == []


def _no_plugin_is_left(checkout: Checkout) -> None:
    deadline = time.monotonic() + 60
    while plugins := [
        one for one in processes_of(checkout.root) if any("providers" in it for it in one.command)
    ]:
        assert time.monotonic() < deadline, plugins
        time.sleep(0.1)


def _recover(stack: SmallStack) -> None:
    """What Pulumi's own messages tell a user to do; then the stack is whole and known."""
    stack.succeeds("cancel", "--yes")
    existing = stack.buckets("killed")
    pending = stack.state().get("pending_operations") or ()
    stack.succeeds("refresh", "--yes", "--skip-preview", "--clear-pending-creates")
    for operation in (one for one in pending if one["type"] == "creating"):
        resource = operation["resource"]
        name = resource["inputs"]["bucket"]
        held = {one["urn"]: one.get("id") for one in stack.state()["resources"]}
        if name in existing and resource["urn"] not in held:
            _take_over(stack, resource["urn"], name)
        elif name in existing and held[resource["urn"]] != name:
            stack.checkout.client("s3").delete_bucket(Bucket=name)
    stack.up()
    stack.succeeds("preview", "--expect-no-changes")
    assert not stack.state().get("pending_operations")


def _take_over(stack: SmallStack, urn: str, identity: str) -> None:
    """What the refusal of the create tells a user to do."""
    _, _, token, name = urn.split("::")
    place = (token.rsplit("$", 1)[-1], name, identity)
    options = ("--protect=false", "--generate-code=false", "--yes", "--skip-preview")
    stack.succeeds("import", *place, *options)


def test_a_create_of_which_nobody_knows_is_refused_and_can_be_taken_over(clouds: Checkout) -> None:
    program = 'aws.s3.Bucket("one", bucket="unknown-one")\naws.sqs.Queue("two")\n'
    stack = SmallStack.make(clouds, "unknown", program)
    stack.up()
    (urn,) = [one["urn"] for one in stack.state()["resources"] if one.get("id") == "unknown-one"]
    stack.succeeds("state", "delete", urn, "--yes")

    said = stack.fails("up", "--yes", "--skip-preview")

    assert "BucketAlreadyExists" in said
    assert "pulumi import --protect=false aws:s3/bucket:Bucket one" in said
    _take_over(stack, urn, "unknown-one")
    stack.succeeds("preview", "--expect-no-changes")


def test_what_a_destroy_may_or_can_not_delete_is_kept_and_named(clouds: Checkout) -> None:
    program = """aws.sqs.Queue("guarded", name="guarded", opts=pulumi.ResourceOptions(protect=True))
aws.s3.Bucket("kept", bucket="stubborn-kept", opts=pulumi.ResourceOptions(retain_on_delete=True))
aws.s3.Bucket("full", bucket="stubborn-full")
role = aws.iam.Role("used", name="stubborn-role", assume_role_policy='{"Version": "2012-10-17", \
"Statement": [{"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, \
"Action": "sts:AssumeRole"}]}')
"""
    stack = SmallStack.make(clouds, "stubborn", program)
    stack.up()
    s3, iam, sqs = (clouds.client(name) for name in ("s3", "iam", "sqs"))
    s3.put_object(Bucket="stubborn-full", Key="a", Body=b"b")
    inline = {"RoleName": "stubborn-role", "PolicyName": "by-hand"}
    allowed = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_role_policy(**inline, PolicyDocument=document)

    assert "guarded" in stack.fails("destroy", "--yes", "--skip-preview")
    destroy = ("destroy", "--yes", "--skip-preview", "--exclude-protected", "--continue-on-error")
    said = stack.fails(*destroy)
    assert "BucketNotEmpty" in said
    assert "DeleteConflict" in said
    assert stack.buckets("stubborn") == {"stubborn-kept", "stubborn-full"}
    assert "BucketAlreadyExists" in stack.fails("up", "--yes", "--skip-preview")

    _take_over(stack, "::::aws:s3/bucket:Bucket::kept", "stubborn-kept")
    stack.up()
    s3.delete_object(Bucket="stubborn-full", Key="a")
    iam.delete_role_policy(**inline)
    stack.succeeds("state", "unprotect", "--all", "--yes")
    stack.succeeds("destroy", "--yes", "--skip-preview")
    assert stack.buckets("stubborn") == {"stubborn-kept"}
    assert "QueueUrls" not in sqs.list_queues(QueueNamePrefix="guarded")


def test_a_lost_cloud_leaves_a_state_that_can_be_brought_back(clouds: Checkout) -> None:
    program = 'aws.s3.Bucket("one", bucket="lost-one")\naws.sqs.Queue("two", name="lost-two")\n'
    stack = SmallStack.make(clouds, "lost", program)
    stack.up()
    clouds.stop()
    for command in (("preview",), ("refresh", "--yes"), ("destroy", "--yes")):
        said = stack.fails(*command)
        assert "No local cloud runs" in said
        assert "`make up`" in said

    clouds.tarn("local", "up")
    stack.succeeds("refresh", "--yes", "--skip-preview")
    left = {one["type"] for one in stack.state()["resources"]}
    assert left == {"pulumi:pulumi:Stack", "pulumi:providers:aws"}
    stack.up()
    assert stack.buckets("lost") == {"lost-one"}

    fresh = SmallStack(checkout=clouds, folder=stack.folder, environment=clouds.shell())
    assert fresh.environment["PULUMI_BACKEND_URL"] != stack.environment["PULUMI_BACKEND_URL"]
    fresh.succeeds("preview", "--expect-no-changes", "--stack", "small")


def test_a_shell_of_a_lost_cloud_may_not_disturb_the_state_of_the_next(clouds: Checkout) -> None:
    program = 'aws.s3.Bucket("one", bucket="shell-one")\n'
    older = SmallStack.make(clouds, "shell", program)
    older.up()
    clouds.stop()
    clouds.tarn("local", "up")
    newer = SmallStack.make(clouds, "newer", program)
    newer.up()

    said = older.fails("up", "--yes", "--skip-preview")

    assert "which is gone" in said
    assert 'eval "$(tarn local env)"' in said
    newer.succeeds("preview", "--expect-no-changes")


def test_a_state_whose_first_deployment_was_killed_says_so(clouds: Checkout) -> None:
    stack = SmallStack.make(clouds, "unfinished", 'aws.s3.Bucket("one", bucket="unfinished-one")\n')
    state = urlsplit(stack.environment["PULUMI_BACKEND_URL"]).path
    mark = Path(state, "first-deployment-unfinished")
    mark.touch()
    try:
        said = stack.fails("up", "--yes", "--skip-preview")
    finally:
        mark.unlink()

    assert "first deployment into this local cloud was killed" in said
    assert "`tarn up`" in said
    assert stack.buckets("unfinished") == set()
    stack.up()
