#!/usr/bin/env bash
# test.sh LAYER...: runs the test layers named, or `all`, and closes with "N passed, N failed".
# A layer whose tool could not be had is named as skipped; any failure makes the exit status 1.
#
#   format  clang-format has nothing to change
#   unit    C++ tests of the release build (CTest)
#   python  tests of the program from outside (pytest)
#   asan    C++ tests under the address and undefined-behaviour sanitizers
#   tidy    clang-tidy, and clang's own warnings
#   fuzz    each libFuzzer target for FUZZ_SECONDS (60)
set -uo pipefail
cd "$(dirname "$0")/.."
layers=("$@")
[ "${1:-all}" = all ] && layers=(format unit python asan tidy fuzz)
jobs=$(nproc)
werror=${GILCHECK_WERROR:-OFF}
results=build/results
passed=0 failed=0 failures=() skipped=()

rm -rf $results
mkdir -p $results

heading() { printf '\n== %s\n' "$*"; }
pass() { passed=$((passed + 1)); }
fail() { failed=$((failed + 1)) failures+=("$1"); }
skip() { skipped+=("$1"); printf 'skipped: %s\n' "$1"; }

# compile PRESET [cmake --build options]: configures and builds, quietly as long as it works.
compile() {
  local preset=$1 log
  shift
  log=$results/build-$preset.log
  cmake --preset "$preset" -DGILCHECK_WERROR="$werror" >"$log" 2>&1 || { cat "$log"; return 1; }
  cmake --build --preset "$preset" "$@"
}

# count FILE NAME: adds up a JUnit file; a run that died without writing one is one failure.
count() {
  local sums
  if ! sums=$(build/venv/bin/python - "$1" <<'PY'
import sys, xml.etree.ElementTree as tree
cases = list(tree.parse(sys.argv[1]).iter("testcase"))
bad = [c for c in cases if c.find("failure") is not None or c.find("error") is not None]
unrun = [c for c in cases if c not in bad and (c.find("skipped") is not None or c.get("status") in ("notrun", "disabled"))]
print(len(cases) - len(bad) - len(unrun), len(bad), len(unrun))
for c in bad:
    print(c.get("name"))
PY
  ); then
    fail "$2 (no result written)"
    return
  fi
  local good bad unrun name
  { read -r good bad unrun
    while read -r name; do failures+=("$2: $name"); done
  } <<<"$sums"
  passed=$((passed + good)) failed=$((failed + bad))
  if [ "$unrun" -gt 0 ]; then skipped+=("$unrun tests of $2"); fi
  # C++ tests skip only where something could not be had, and CI has to have it.
  if [ "$unrun" -gt 0 ] && [ "$2" != python ] && [ -n "${CI:-}" ]; then fail "$2: $unrun tests were skipped"; fi
  if [ $((good + bad + unrun)) = 0 ]; then fail "$2 (no tests found)"; fi
}

run_format() {
  command -v clang-format-19 >/dev/null || { skip "formatting (no clang-format-19)"; return; }
  if scripts/format.sh --check; then pass; else fail "format (make format mends it)"; fi
}

# Tests of the C pass read real headers.
get_headers() { scripts/python_headers.sh 3.13 >/dev/null || echo "test.sh: no headers of CPython 3.13" >&2; }

run_unit() {
  get_headers
  compile release || { fail "release build"; return; }
  ctest --preset release -j "$jobs" --output-junit "$PWD/$results/unit.xml"
  count $results/unit.xml unit
}

run_python() {
  [ -x build/gilcheck ] || compile release || { fail "release build"; return; }
  build/venv/bin/python -m pytest -n "$jobs" --junit-xml $results/python.xml
  count $results/python.xml python
}

run_asan() {
  get_headers
  compile asan || { fail "sanitizer build"; return; }
  ctest --preset asan -j "$jobs" --output-junit "$PWD/$results/asan.xml"
  count $results/asan.xml asan
}

run_tidy() {
  command -v clang-tidy-19 >/dev/null || { skip "static analysis (no clang-tidy-19)"; return; }
  command -v clang++-19 >/dev/null || { skip "static analysis (no clang++-19)"; return; }
  # clang-tidy counts on stderr what it suppressed in system headers.
  if werror=ON compile tidy --target gilcheck -- -k 0 2>&1 | sed -uE '/^[0-9]+ warnings? generated\.$/d'; then pass; else fail "clang-tidy"; fi
}

run_fuzz() {
  command -v clang++-19 >/dev/null || { skip "fuzzing (no clang++-19)"; return; }
  compile fuzz --target fuzzers || { fail "fuzz build"; return; }
  # Names instead of addresses in a report, where some version of the tool is there.
  export ASAN_SYMBOLIZER_PATH=${ASAN_SYMBOLIZER_PATH:-$(compgen -c llvm-symbolizer | head -n 1 | xargs -r which)}
  local target name input found=0
  for target in build/fuzz/tests/fuzz_*; do
    [ -x "$target" ] && [ -f "$target" ] || continue
    found=1
    name=$(basename "$target")
    # The corpus grows in the build tree, seeded with the labelled programs; what crashed stays in
    # build/results, ready to be passed to the target again.
    mkdir -p "build/fuzz/corpus/$name"
    local seeds=()
    [ -d corpus/python ] && seeds=("$(fuzz_seeds)")
    if "$target" -max_total_time="${FUZZ_SECONDS:-60}" -max_len=8192 -timeout=10 -rss_limit_mb=3000 \
      -print_final_stats=1 -artifact_prefix="$results/$name-" -verbosity=1 \
      "build/fuzz/corpus/$name" "${seeds[@]}" >"$results/$name.log" 2>&1
    then
      grep -E '^stat::(number_of_executed_units|average_exec_per_sec)' "$results/$name.log"
      pass
    else
      # What it was and where, then what libFuzzer says at the end; the input itself, because the
      # machine it was found on may be gone.
      sed -n '/ERROR: /,$p' "$results/$name.log" | head -n 60
      tail -n 10 "$results/$name.log"
      for input in "$results/$name"-*-*; do
        [ -f "$input" ] && printf '%s in base64: %s\n' "$input" "$(base64 -w0 "$input")"
      done
      fail "$name"
    fi
  done
  [ $found = 1 ] || fail "fuzz (no targets)"
}

# libFuzzer reads the files of one directory, not of a tree.
fuzz_seeds() {
  local seeds=build/fuzz/seeds file
  mkdir -p $seeds
  find corpus/python -name '*.py' | while read -r file; do
    cp "$file" "$seeds/$(sed 's,/,-,g' <<<"$file")"
  done
  echo $seeds
}

for layer in "${layers[@]}"; do
  heading "$layer"
  start=$SECONDS
  "run_$layer"
  printf '(%s: %d s)\n' "$layer" $((SECONDS - start))
done

printf '\n'
for name in "${skipped[@]}"; do printf 'skipped: %s\n' "$name"; done
for name in "${failures[@]}"; do printf 'failed: %s\n' "$name"; done
printf '%d passed, %d failed\n' $passed $failed
[ $failed = 0 ]
