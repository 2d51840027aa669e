#!/usr/bin/env bash
# format.sh [--check]: clang-format over the C++ sources, in place or as a test.
set -euo pipefail
cd "$(dirname "$0")/.."
mode=(-i)
[ "${1:-}" = --check ] && mode=(--dry-run --Werror)
find base rules analyzer clang_plugin project report cli runtime tests bench \( -name '*.cc' -o -name '*.h' \) -print0 |
  xargs -0 -r clang-format-19 "${mode[@]}"
