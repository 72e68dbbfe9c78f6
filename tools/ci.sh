#!/usr/bin/env bash
# What CI runs, here and in .github/workflows/test.yml, in a fresh clone. With arguments: these targets of make instead.
set -euo pipefail
cd "$(dirname "$0")/.."
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  command -v make >/dev/null || { apt-get update && apt-get install --yes make; }
  command -v chromium >/dev/null || { apt-get update && apt-get install --yes chromium; }
fi
export DIGITS_BROWSER=required # tests in the browser must not be skipped here
[ $# -gt 0 ] || set -- lint test student slides site
make "$@"
