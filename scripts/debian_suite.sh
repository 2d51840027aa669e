# Sourced by python_headers.sh, cpython_source.sh and debian_pythons.sh: packages of another Debian suite than the
# machine's own, fetched by apt with a configuration, lists and state of its own, so that the
# machine's are neither read for choices nor changed. The mirror is the one the machine uses; the
# suite's signature is checked with Debian's archive keyring.
# shellcheck shell=bash

suite_cache=${XDG_CACHE_HOME:-$HOME/.cache}/gilcheck

# A line "suite version" for each pin of a package, in the order of the lock file.
suite_pins() {
  awk -v name="$1" '!/^#/ { split($2, pin, "="); if (pin[1] == name) print $1, pin[2] }' \
    "$(dirname "${BASH_SOURCE[0]}")/../third_party/python-headers.lock"
}

# The mirror of the machine's own release: the first target of its `main` whose suite is the codename.
suite_mirror() {
  local codename
  codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v release="$codename" '$3 == "main" && $2 == release { print $1; exit }'
}

# suite_apt SUITE PROGRAM ARGUMENTS...: apt-get or apt-cache with the suite's private configuration.
suite_apt() {
  local state=$suite_cache/apt/$1 program=$2
  shift 2
  "$program" -qq -o "Dir::State=$state" -o "Dir::State::lists=$state/lists" \
    -o Dir::State::status=/dev/null -o "Dir::Cache=$state" \
    -o "Dir::Etc::sourcelist=$state/suite.sources" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::Etc::main=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
    -o Dir::Etc::preferences=/dev/null -o Acquire::Languages=none \
    -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false \
    -o APT::Sandbox::User=root -o APT::Get::List-Cleanup=true "$@"
}

# suite_update SUITE: the suite's lists, at most an hour old.
suite_update() {
  local suite=$1 state=$suite_cache/apt/$1 keyring=/usr/share/keyrings/debian-archive-keyring.gpg mirror
  if [ -n "$(find "$state/updated" -mmin -60 2>/dev/null)" ]; then return; fi
  mirror=$(suite_mirror)
  if [ -z "$mirror" ]; then
    printf '%s: no Debian mirror in the configuration of apt\n' "${0##*/}" >&2
    return 1
  fi
  mkdir -p "$state/lists/partial" "$state/archives/partial"
  {
    printf 'Types: deb deb-src\nURIs: %s\nSuites: %s\nComponents: main\n' "$mirror" "$suite"
    # Without that file apt's own trusted keys decide.
    if [ -f $keyring ]; then printf 'Signed-By: %s\n' $keyring; fi
  } >"$state/suite.sources"
  suite_apt "$suite" apt-get update -o APT::Update::Error-Mode=any >&2 && touch "$state/updated"
}

# suite_first NAME DIRECTORY COMMAND [ARGUMENT...]: runs `COMMAND ARGUMENT... SUITE NAME[=VERSION]` until it
# works, for the pinned version of each suite, else the suite's candidate; then the next suite. Prints the
# version of what is in the (empty) directory then.
suite_first() {
  local name=$1 directory=$2 suite pinned version
  shift 2
  while read -r suite pinned; do
    suite_update "$suite" || continue
    for version in "$pinned" ''; do
      "$@" "$suite" "$name${version:+=$version}" </dev/null >"$directory/.log" 2>&1 || continue
      if [ -z "$version" ]; then
        printf '%s: %s has no %s %s any more; taking the version it has\n' \
          "${0##*/}" "$suite" "$name" "$pinned" >&2
      fi
      find "$directory" -maxdepth 1 \( -name "${name}_*.deb" -o -name '*.dsc' \) -printf '%f\n' |
        sed -E 's/^[^_]*_//; s/(_[^_]*)?\.(deb|dsc)$//; s/%3a/:/'
      return
    done
  done < <(suite_pins "$name")
  printf '%s: cannot get %s\n' "${0##*/}" "$name" >&2
  sed 's/^/  /' "$directory/.log" >&2 2>/dev/null || true
  return 1
}

# suite_get DIRECTORY WORD... SUITE NAME[=VERSION]: `apt-get WORD... NAME[=VERSION]` there.
suite_get() {
  local directory=$1 words=("${@:2:$#-3}") suite=${*: -2:1} package=${*: -1}
  (cd "$directory" && suite_apt "$suite" apt-get "${words[@]}" "$package")
}

# suite_fetch binary|source NAME DIRECTORY: the package's archives in the (empty) directory, and its
# version on stdout.
suite_fetch() {
  local action=(download)
  if [ "$1" = source ]; then action=(source --download-only); fi
  suite_first "$2" "$3" suite_get "$3" "${action[@]}"
}

# suite_fetch_program NAME DIRECTORY: archives of the package and of everything it needs to run, down to
# the C library, in the (empty) directory, as apt resolves it for a machine that has nothing installed;
# the package's version on stdout.
suite_fetch_program() {
  mkdir -p "$2/partial"
  : >"$2/.nothing-installed"
  suite_first "$1" "$2" suite_get "$2" install --yes --download-only --no-install-recommends \
    -o "Dir::State::status=$2/.nothing-installed" -o "Dir::Cache::archives=$2"
}
