#!/bin/sh
# Finds a Python 3.11 and hands over to tools/setup, which needs nothing but its standard library.
set -eu
cd "$(dirname "$0")/.."

is_right() {
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c 'import sys; raise SystemExit(sys.version_info[:2] != (3, 11))' >/dev/null 2>&1
}

for candidate in python3.11 python3 python; do
    if is_right "$candidate"; then
        exec "$candidate" -m tools.setup
    fi
done

if command -v uv >/dev/null 2>&1; then
    if ! found=$(uv python find --no-project --system 3.11 2>/dev/null); then
        echo "No Python 3.11 on PATH: uv brings one."
        uv python install 3.11 && found=$(uv python find --no-project --system 3.11) || found=""
    fi
    if [ -n "$found" ] && is_right "$found"; then
        exec "$found" -m tools.setup
    fi
fi

cat >&2 <<MESSAGE
Tarn needs Python 3.11, the version in which its Glue jobs and functions run.
Found: $(python3 --version 2>/dev/null || echo "no python3 at all"), and no python3.11 and no working uv on PATH.
Next: install Python 3.11 (your package manager, pyenv), or install uv, which brings it by itself.
Then run the same command again.
MESSAGE
exit 1
