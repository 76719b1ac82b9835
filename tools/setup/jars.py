"""The step that fetches the jars of tools/jars.lock, with the Ivy that comes inside PySpark.

So neither Maven nor a Java of the machine's own is needed, and no address is written anywhere: Ivy
knows Maven's repository by itself. What it brings is used only where its sha256 is the pinned one.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from xml.sax.saxutils import quoteattr

from tools.setup.command import Runner
from tools.setup.disk import fresh_directory, put_in_place
from tools.setup.errors import ChecksumMismatchError
from tools.setup.jre import bundled_home
from tools.setup.layout import Layout
from tools.setup.locks import Jar, jars_in
from tools.setup.stamps import fingerprint
from tools.setup.step import Step

TRUST_STORE_PASSWORD: Final = "changeit"  # noqa: S105  # Java's customary one; the store is public


def jars_step(layout: Layout) -> Step:
    """Plan ``.tarn/jars``."""
    jars = jars_in(layout.jars_lock.read_text())
    return Step(
        name="jars",
        title="Spark and Iceberg jars",
        key=fingerprint(layout.jars_lock),
        products=tuple(layout.jars / jar.file_name for jar in jars),
        keeps_mib=300,
        needs_mib=300,
        build=lambda runner: _fetch(layout, runner, jars),
    )


def _fetch(layout: Layout, runner: Runner, jars: Sequence[Jar]) -> None:
    aside = fresh_directory(layout.aside / "jars")
    described = aside / "ivy.xml"
    described.write_text(ivy_file(jars))
    fetched = aside / "fetched"
    argv: list[str | Path] = [layout.jre / "bin" / "java", *proxy_options(os.environ)]
    argv += _trust_options(layout, runner, aside)
    argv += ["-jar", _ivy(layout), "-ivy", described, "-cache", aside / "cache"]
    argv += ["-retrieve", f"{fetched}/[artifact]-[revision].[ext]"]
    runner.run("downloading jars", argv, cwd=layout.root)
    for jar in jars:
        verify(fetched / jar.file_name, jar)
    put_in_place(fetched, layout.jars)
    fresh_directory(aside).rmdir()


def ivy_file(jars: Sequence[Jar]) -> str:
    """Describe the jars to Ivy: just these, none of what they say they depend on."""
    dependencies = "\n".join(
        f"    <dependency org={quoteattr(jar.group)} name={quoteattr(jar.artifact)}"
        f' rev={quoteattr(jar.version)} conf="default->master" transitive="false"/>'
        for jar in jars
    )
    return f"""<ivy-module version="2.0">
  <info organisation="tarn" module="glue-runtime"/>
  <configurations><conf name="default"/></configurations>
  <dependencies>
{dependencies}
  </dependencies>
</ivy-module>
"""


def proxy_options(environment: Mapping[str, str]) -> list[str]:
    """Tell Java of the proxy that every other tool reads from the environment."""
    named = environment.get("https_proxy") or environment.get("HTTPS_PROXY")
    proxy = urlsplit(named) if named else None
    if proxy is None or proxy.hostname is None:
        return []
    return [f"-Dhttps.proxyHost={proxy.hostname}", f"-Dhttps.proxyPort={proxy.port or 80}"]


def verify(path: Path, jar: Jar) -> None:
    """Refuse a jar that is not the pinned one."""
    actual = hashlib.sha256(path.read_bytes()).hexdigest()
    if actual != jar.sha256:
        raise ChecksumMismatchError(name=jar.file_name, expected=jar.sha256, actual=actual)


def _trust_options(layout: Layout, runner: Runner, aside: Path) -> list[str]:
    """Let the bundled JRE trust whom the machine trusts; the machine's own Java does already."""
    if layout.jre.resolve() != bundled_home(layout).resolve():
        return []
    store = aside / "trusted.p12"
    argv = [layout.venv_python, "-m", "tools.setup.truststore", store, TRUST_STORE_PASSWORD]
    runner.run("collecting certificates", argv, cwd=layout.root)
    if not store.exists():
        return []
    options = {"trustStore": str(store), "trustStorePassword": TRUST_STORE_PASSWORD}
    return [f"-Djavax.net.ssl.{name}={value}" for name, value in options.items()]


def _ivy(layout: Layout) -> Path:
    packages = next((layout.venv / "lib").glob("python3.*")) / "site-packages"
    return next((packages / "pyspark" / "jars").glob("ivy-*.jar"))
