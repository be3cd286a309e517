#!/bin/sh
# Make .venv with the pinned packages. With `develop` as first word, the tools for tests and checks come too.
set -eu

extras=${1:-}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cd "$root"

python=${PYTHON:-python3}
if ! command -v "$python" >/dev/null 2>&1; then
    "$here/system.sh" required python3 python3-venv
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Il faut Python 3.11 ou plus récent ; celui-ci est $("$python" --version). Indiquez-en un autre :" \
        "make setup PYTHON=/chemin/vers/python3" >&2
    exit 1
fi
# Debian ships python3 without the module that makes virtual environments.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    "$here/system.sh" required python3-venv
fi

if [ ! -x .venv/bin/python ]; then
    echo "Création de l'environnement Python (.venv)…"
    "$python" -m venv .venv
fi
if [ -n "$extras" ]; then
    target=".[$extras]"
else
    target="."
fi
echo "Installation des bibliothèques (versions figées par constraints.txt)…"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable "$target"
# A command that finds its bytecode starts sooner, also where Python is told to write none.
.venv/bin/python -m compileall -qq api data geo maps scripts || true
# The engine runs as it is; compiled, where there is a C compiler, it places addresses in two thirds of the time.
.venv/bin/python -m scripts.build_engine
