#!/usr/bin/env bash
# Analyses real packages and shows what is found: three of them in full, then one line for each.
# `make demo` builds first.
set -euo pipefail
cd "$(dirname "$0")/.."
python=build/venv/bin/python
shown=(schedule prometheus-client urllib3)

printf 'Fetching the packages of corpus/real/packages.lock\n'
$python scripts/real_packages.py fetch

for package in "${shown[@]}"; do
  directory=$(find build/real -maxdepth 1 -type d -name "$package-*" | sort | tail -n 1)
  printf '\n$ gilcheck check %s\n\n' "$directory"
  # 1 means findings, which is what a demonstration hopes for.
  build/gilcheck check "$directory" || [ $? = 1 ]
done

printf '\nAll of them, and the standard library\n\n'
$python scripts/real_packages.py run
