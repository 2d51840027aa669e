#!/usr/bin/env bash
# fetch_sdists.sh CACHE_DIR [PYTHON]
# Downloads the source distributions of third_party/tree-sitter*.lock into CACHE_DIR, checked
# against their hashes. Does nothing for a lock file whose archives are all there.
set -euo pipefail
cache=$1
python=${2:-python3}
third_party=$(cd "$(dirname "$0")/../third_party" && pwd)
mkdir -p "$cache"

have_all() {
  local hash
  for hash in $(grep -o 'sha256:[0-9a-f]*' "$1" | cut -d: -f2); do
    sha256sum "$cache"/*.tar.gz 2>/dev/null | grep -q "^$hash " || return 1
  done
}

# pip runs the packages' build backend for their metadata. With setuptools at hand it need not
# install one into a throw-away environment first.
isolation=()
"$python" -c 'import setuptools, wheel' 2>/dev/null && isolation=(--no-build-isolation)

for lock in "$third_party"/tree-sitter*.lock; do
  have_all "$lock" && continue
  "$python" -m pip download --quiet --no-deps --no-binary :all: "${isolation[@]}" \
    --require-hashes --requirement "$lock" --dest "$cache"
done
