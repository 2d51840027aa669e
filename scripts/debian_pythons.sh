#!/usr/bin/env bash
# debian_pythons.sh [VERSION...]
# Gets CPython (3.14 and 3.15, or those named) with the GIL from a newer Debian suite into the user's
# cache, to test on, and prints one executable a line. It comes with everything it needs down to the C
# library, which is newer than that of this machine, so the executable is made to load that one: it runs
# in place like any other, by anybody, and extensions compiled on this machine load into it. With headers
# (the internal ones too) and, if build/venv is there, pytest. The machine's packages stay as they are.
# Does nothing for a version that is there.
#
# Exit status: 0 all there, 1 something could not be had (no apt, no patchelf, no Debian mirror, no network).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/debian_suite.sh"

# The relative name of the only match of a pattern below a directory.
only() { (cd "$1" && find . -path "./$2" -printf '%P\n' | head -n 1); }

# assemble VERSION ARCHIVES DONE TARGET: unpacks into DONE what will stand in TARGET.
assemble() {
  local version=$1 archives=$2 root=$3 target=$4 archive libraries loader
  mkdir "$root"
  for archive in "$archives"/*.deb; do dpkg -x "$archive" "$root"; done
  libraries=$(dirname "$(only "$root" 'usr/lib/*/libc.so.6')")
  loader=$(basename "$(only "$root" "$libraries/ld-linux*.so.*")")
  # RPATH rather than RUNPATH: what the libraries need is looked for there too.
  patchelf --set-interpreter "$target/$libraries/$loader" \
    --force-rpath --set-rpath "\$ORIGIN/../lib/${libraries##*/}" "$root/usr/bin/python$version"
  # One directory instead of two: the architecture's pyconfig.h in place of the one that includes it.
  mv "$root"/usr/include/*/"python$version/pyconfig.h" "$root/usr/include/python$version/"
  # Nothing here belongs to a package manager that pip could confuse.
  rm -f "$root/usr/lib/python$version/EXTERNALLY-MANAGED"
}

# add_pytest PYTHON VERSION
add_pytest() {
  local python=$1 pip=$here/../build/venv/bin/python packages
  "$python" -I -c 'import pytest' 2>/dev/null && return
  [ -x "$pip" ] || return 0
  packages=$("$python" -I -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  # Not run by the new Python, which the environment's pip may be too old for.
  "$pip" -m pip install --quiet --disable-pip-version-check --python-version "$2" --only-binary :all: \
    --target "$packages" --upgrade --require-hashes -r "$here/../third_party/managed-interpreter.lock" >&2 ||
    printf 'debian_pythons.sh: no pytest for %s\n' "$python" >&2
}

if [ $# = 0 ]; then set -- 3.14 3.15; fi
for tool in apt-get dpkg patchelf; do
  if ! command -v $tool >/dev/null; then
    printf 'debian_pythons.sh: needs %s (scripts/setup.sh installs patchelf)\n' $tool >&2
    exit 1
  fi
done
mkdir -p "$suite_cache/debian-pythons"
# One at a time: tests run side by side.
exec 9>"$suite_cache/debian-pythons/.lock"
flock 9
status=0
for version in "$@"; do
  case $version in 3.[0-9]|3.[0-9][0-9]) ;; *)
    printf 'debian_pythons.sh: %s is not a version such as 3.14\n' "$version" >&2
    exit 1 ;;
  esac
  target=$suite_cache/debian-pythons/$version
  if [ ! -f "$target/version" ]; then
    scratch=$(mktemp -d "$suite_cache/debian-pythons/.unpack-XXXXXX")
    trap 'rm -rf "$scratch"' EXIT
    mkdir "$scratch/archives" "$scratch/headers"
    if ! package_version=$(suite_fetch_program "python$version" "$scratch/archives") ||
      ! suite_fetch binary "libpython$version-dev" "$scratch/headers" >/dev/null
    then
      rm -rf "$scratch"
      status=1
      continue
    fi
    mv "$scratch"/headers/*.deb "$scratch/archives/"
    assemble "$version" "$scratch/archives" "$scratch/done" "$target"
    printf '%s\n' "$package_version" >"$scratch/done/version"
    rm -rf "$target"
    mv -T "$scratch/done" "$target"
    rm -rf "$scratch"
  fi
  add_pytest "$target/usr/bin/python$version" "$version"
  printf '%s\n' "$target/usr/bin/python$version"
done
exit $status
