#!/usr/bin/env bash
# Runs the benchmarks of bench/ against the release build and prints their tables. The programs that
# bench/*.cc build (build/bench/bench_*) are the floors the scripts compare with.
set -uo pipefail
cd "$(dirname "$0")/.."
status=0
for script in bench/*.py; do
  [ -e "$script" ] || continue
  printf '\n== %s\n' "$script"
  build/venv/bin/python "$script" "$@" || status=1
done
exit $status
