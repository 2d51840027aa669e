#!/usr/bin/env bash
# cpython_source.sh [VERSION]
# Gets CPython's source package (3.13) from a newer Debian suite into the user's cache and prints the
# directory it is unpacked in. Kept are Include/, Modules/, Objects/, Parser/ and Python/, the inventory
# of globals in Tools/c-analyzer/ and Doc/data/: upstream's files, without Debian's patches. Does nothing
# when they are there.
#
# Exit status: 0 there, 1 could not be had (no apt, no Debian mirror, no network).
set -euo pipefail
. "$(dirname "$0")/debian_suite.sh"

version=${1:-3.13}
target=$suite_cache/cpython-source/$version
if [ ! -f "$target/Include/Python.h" ]; then
  if ! command -v apt-get >/dev/null; then
    printf 'cpython_source.sh: needs apt\n' >&2
    exit 1
  fi
  mkdir -p "$suite_cache/cpython-source"
  scratch=$(mktemp -d "$suite_cache/cpython-source/.unpack-XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
  mkdir "$scratch/archive" "$scratch/done"
  package_version=$(suite_fetch source "python$version" "$scratch/archive")
  archive=$(find "$scratch/archive" -name '*.orig.tar.*' ! -name '*.asc')
  # The archive's own top folder may have any name; it is dropped.
  tar -xf "$archive" -C "$scratch/done" --strip-components 1 --wildcards \
    '*/Include' '*/Modules' '*/Objects' '*/Parser' '*/Python' '*/Tools/c-analyzer' '*/Doc/data'
  printf '%s\n' "$package_version" >"$scratch/done/version"
  mv -T "$scratch/done" "$target" 2>/dev/null || [ -f "$target/Include/Python.h" ]
fi
printf '%s\n' "$target"
