#!/bin/sh
# Install Debian or Ubuntu packages when this user may, else name the command that would.
#
#   system.sh required PACKAGE...   stops with an error when a package is missing and cannot be installed
#   system.sh optional PACKAGE...   says what is missing and goes on: the tests that need it are then skipped
set -eu

strength=$1
shift

missing=
for package in "$@"; do
    dpkg-query --show --showformat='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
        missing="$missing $package"
done
[ -n "$missing" ] || exit 0

remedy="sudo apt-get update && sudo apt-get install --yes --no-install-recommends$missing"
if ! command -v apt-get >/dev/null 2>&1; then
    echo "Il manque :$missing (ce système n'a pas apt-get ; voir le README pour macOS)." >&2
    [ "$strength" = optional ] && exit 0
    exit 1
fi

if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    echo "Il manque :$missing. Pour l'installer : $remedy" >&2
    [ "$strength" = optional ] && exit 0
    exit 1
fi

echo "Installation des paquets du système :$missing"
# PostgreSQL's package would start a cluster of its own; the tests start theirs, in a temporary folder.
if [ ! -e /etc/postgresql-common/createcluster.conf ] && echo "$missing" | grep -q postgresql; then
    $as_root mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" | $as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
fi
# shellcheck disable=SC2086  # the list of packages is words
if $as_root apt-get update -qq &&
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes -qq --no-install-recommends $missing >/dev/null; then
    exit 0
fi
echo "L'installation a échoué. À faire à la main : $remedy" >&2
[ "$strength" = optional ] && exit 0
exit 1
