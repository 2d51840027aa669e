#!/usr/bin/env bash
# Gets everything that building and testing need, at the versions of the lock files in third_party/:
# Debian packages, a virtual environment in build/venv, and the sources of tree-sitter in the user's
# cache. What is there already is left alone, so a second run takes about a second.
#
# Exit status: 0 ready (perhaps without an optional part, which is then named), 1 not buildable.
set -uo pipefail
cd "$(dirname "$0")/.."
third_party=third_party
venv=build/venv
cache=${XDG_CACHE_HOME:-$HOME/.cache}/gilcheck/sdists

notes=()    # worth knowing, nothing is lost
lost=()     # optional parts that will be skipped
failed=()   # essential parts

say() { printf 'setup: %s\n' "$*"; }

# ------------------------------------------------------------------------------ Debian packages

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
    say "not root and no sudo: cannot run $*" >&2
    return 1
  fi
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --quiet --no-install-recommends "$@" >>"$apt_log" 2>&1
}

has_candidate() { [ -n "$(apt-cache madison "$1" 2>/dev/null)" ]; }
has_version() { apt-cache madison "$1" 2>/dev/null | awk -F' *[|] *' -v v="$2" '$2 == v { f = 1 } END { exit !f }'; }

# installed NAME...: a line "name version" for each that is installed.
installed() {
  dpkg-query --show --showformat '${Package} ${Version} ${db:Status-Status}\n' "$@" 2>/dev/null |
    awk '$3 == "installed" { print $1, $2 }'
}

# debian_packages LOCK: installs what is missing of a lock file.
debian_packages() {
  local pin name version purpose
  local -A want=() lose=() have=()
  local missing=()
  while read -r pin purpose; do
    name=${pin%%=*}
    want[$name]=${pin#*=} lose[$name]=$purpose
  done < <(grep -v '^#' "$1")
  while read -r name version; do have[$name]=$version; done < <(installed "${!want[@]}")
  for name in "${!want[@]}"; do
    if [ -z "${have[$name]:-}" ]; then
      missing+=("$name")
    elif [ "${have[$name]}" != "${want[$name]}" ]; then
      notes+=("$name ${have[$name]} is installed, ${want[$name]} is pinned; using the installed one")
    fi
  done
  [ ${#missing[@]} = 0 ] && return

  say "installing ${missing[*]}"
  apt_log=$(mktemp)
  for name in "${missing[@]}"; do
    if ! has_version "$name" "${want[$name]}"; then
      as_root apt-get update --quiet >>"$apt_log" 2>&1
      break
    fi
  done
  local request=()
  for name in "${missing[@]}"; do
    if has_version "$name" "${want[$name]}"; then
      request+=("$name=${want[$name]}")
    elif has_candidate "$name"; then
      notes+=("the archive no longer has $name ${want[$name]}; taking the version it has")
      request+=("$name")
    else
      notes+=("the archive has no $name at all")
    fi
  done
  # All at once; one by one only to find out which of them is the trouble.
  if [ ${#request[@]} -gt 0 ] && ! apt_install "${request[@]}"; then
    for pin in "${request[@]}"; do apt_install "$pin"; done
  fi
  for name in "${missing[@]}"; do
    [ -n "$(installed "$name")" ] && continue
    if [ "${lose[$name]}" = build ]; then
      failed+=("Debian package $name")
    else
      lost+=("${lose[$name]} (no Debian package $name)")
    fi
  done
  grep -E '^(E|Err|W):?' "$apt_log" | sed 's/^/setup: apt said: /'
  rm -f "$apt_log"
}

# On another system the tools may be there under other package names: look for what is used.
other_system() {
  local tool
  say "no dpkg here: looking for the tools only, CMake will look for the libraries"
  for tool in g++ cmake ninja; do
    command -v $tool >/dev/null || failed+=("$tool")
  done
  command -v ccache >/dev/null || lost+=("fast rebuilds (no ccache)")
  command -v clang-format-19 >/dev/null || lost+=("the formatting test (no clang-format-19)")
  command -v clang-tidy-19 >/dev/null || lost+=("the static analysis test (no clang-tidy-19)")
  command -v clang++-19 >/dev/null || lost+=("the fuzz test (no clang++-19)")
}

# --------------------------------------------------------------------------------------- Python

# The executable itself: a shim in PATH would be resolved anew, differently, from other folders.
find_python() {
  local candidate
  for candidate in ${GILCHECK_PYTHON:-} python3 /usr/bin/python3 python; do
    "$candidate" -c '
import ensurepip, sys, venv
if sys.version_info < (3, 10): sys.exit(1)
print(sys.executable)' 2>/dev/null && return
  done
  return 1
}

python_environment() {
  local python lock=$third_party/python.lock stamp
  python=$(find_python)
  if [ -z "$python" ] && command -v apt-get >/dev/null; then
    debian_packages $third_party/debian-python.lock
    python=$(find_python)
  fi
  if [ -z "$python" ]; then
    failed+=("a Python 3.10 or newer with the venv module")
    return
  fi
  stamp="$python $("$python" -V) $(sha256sum <"$lock")"
  if [ "$(cat $venv/.stamp 2>/dev/null)" = "$stamp" ] &&
    $venv/bin/python -c 'import jsonschema, pytest, setuptools, wheel, xdist' 2>/dev/null; then
    return
  fi
  say "making $venv with $("$python" -V)"
  rm -rf $venv
  mkdir -p build
  if "$python" -m venv $venv &&
    $venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
  then
    printf '%s\n' "$stamp" >$venv/.stamp
  else
    failed+=("the Python packages of $lock")
  fi
}

tree_sitter_sources() {
  [ -f $venv/.stamp ] || return  # said already
  scripts/fetch_sdists.sh "$cache" $venv/bin/python ||
    failed+=("the sources of tree-sitter ($third_party/tree-sitter*.lock)")
}

# ------------------------------------------------------------------------------------------ run

if command -v dpkg-query >/dev/null; then
  debian_packages $third_party/debian.lock
  debian_packages $third_party/debian-interpreter.lock
else
  other_system
fi
python_environment
tree_sitter_sources

list() { local line; for line in "$@"; do printf '  %s\n' "$line"; done; }
if [ ${#notes[@]} -gt 0 ]; then say "note:"; list "${notes[@]}"; fi
if [ ${#lost[@]} -gt 0 ]; then say "could not get everything; skipped because of it:"; list "${lost[@]}"; fi
if [ ${#failed[@]} -gt 0 ]; then
  say "could not get what the build needs:"
  list "${failed[@]}"
  exit 1
fi
say "ready"
