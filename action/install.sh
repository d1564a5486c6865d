#!/usr/bin/env bash
# Builds the trueup that this action comes with, and puts it on the PATH of the steps that follow. The Node that it runs on
# comes with it.
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
cd "$here"
if [ ! -e dist/main.cjs ]; then npm ci --no-audit --no-fund; fi
mkdir -p "$here/.path"
ln -sf ../bin/trueup.cjs "$here/.path/trueup"
echo "$here/.path" >>"$GITHUB_PATH"
