#!/usr/bin/env bash
# python_headers.sh [VERSION...]
# Gets the headers of CPython (3.13 and 3.14, or those named) from a newer Debian suite into the user's
# cache, for tests and for machines without them, and prints one directory a line: what to give the
# compiler with -I. The machine's packages stay as they are. Does nothing for a version that is there.
#
# The headers serve both builds: Debian's pyconfig.h leaves Py_GIL_DISABLED undefined, and
# -DPy_GIL_DISABLED=1 on the command line selects the free-threaded one.
#
# Exit status: 0 all there, 1 something could not be had (no apt, no Debian mirror, no network).
set -euo pipefail
. "$(dirname "$0")/debian_suite.sh"

status=0
if [ $# = 0 ]; then set -- 3.13 3.14; fi
for version in "$@"; do
  case $version in 3.[0-9]|3.[0-9][0-9]) ;; *)
    printf 'python_headers.sh: %s is not a version such as 3.13\n' "$version" >&2
    exit 1 ;;
  esac
  target=$suite_cache/python-headers/$version
  include=$target/include/python$version
  if [ ! -f "$include/Python.h" ]; then
    mkdir -p "$suite_cache/python-headers"
    scratch=$(mktemp -d "$suite_cache/python-headers/.unpack-XXXXXX")
    trap 'rm -rf "$scratch"' EXIT
    mkdir "$scratch/archive" "$scratch/unpacked"
    if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
      printf 'python_headers.sh: needs apt and dpkg\n' >&2
      exit 1
    fi
    if ! package_version=$(suite_fetch binary "libpython$version-dev" "$scratch/archive"); then
      rm -rf "$scratch"
      status=1
      continue
    fi
    dpkg -x "$scratch"/archive/*.deb "$scratch/unpacked"
    mkdir -p "$scratch/done/include"
    mv "$scratch/unpacked/usr/include/python$version" "$scratch/done/include/"
    # One directory instead of two: the architecture's pyconfig.h in place of the one that includes it.
    mv "$scratch"/unpacked/usr/include/*/"python$version/pyconfig.h" "$scratch/done/include/python$version/"
    printf '%s\n' "$package_version" >"$scratch/done/version"
    # Another run may have been faster.
    mv -T "$scratch/done" "$target" 2>/dev/null || [ -f "$include/Python.h" ]
    rm -rf "$scratch"
  fi
  printf '%s\n' "$include"
done
exit $status
