#!/usr/bin/env bash
# Ends the job as its inputs say: judge.sh <exit status of trueup> <errors|changes>.
set -euo pipefail

status=$1
case ${2:-errors} in
  errors | changes) ;;
  *)
    echo "the input \`fail-on\` is errors or changes, not \"$2\"" >&2
    exit 64
    ;;
esac
if [ "$status" -eq 2 ] && [ "${2:-errors}" = errors ]; then exit 0; fi
exit "$status"
