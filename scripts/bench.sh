#!/usr/bin/env bash
# Runs the benchmarks of bench/ against the release build and prints their tables.
set -euo pipefail
cd "$(dirname "$0")/.."
for script in bench/*.py; do
  [ -e "$script" ] || continue
  case $(basename "$script") in _*) continue ;; esac
  printf '\n== %s\n' "$script"
  build/venv/bin/python "$script" "$@"
done
for program in build/bench/bench_*; do
  [ -x "$program" ] && [ -f "$program" ] || continue
  printf '\n== %s\n' "$(basename "$program")"
  "$program"
done
