#!/usr/bin/env bash
# Runs `trueup plan`, `drift` or `parity` for a pull request or on a schedule: Markdown for the comment, the issue and the
# summary of the step, annotations for the lines of manifests, and files for other tools. It never fails: how it ended is an
# output, so that the comment is written in any case.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=forge.sh
. "$(dirname "$0")/forge.sh"
command=${TRUEUP_COMMAND:-plan}
against=${TRUEUP_AGAINST:-}
folder=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/trueup-XXXXXX")
markdown=$folder/comment.md
errors=$folder/errors.txt
annotations=$folder/annotations.txt
findings=$folder/findings.txt
sarif=${TRUEUP_SARIF_FILE:-}
json=${TRUEUP_JSON_FILE:-}
html=${TRUEUP_HTML_FILE:-}

arguments=("$command")
case $command in
  plan) arguments+=(--detailed-exitcode) ;;
  drift | parity) ;;
  *)
    echo "the input \`command\` is plan, drift or parity, not \"$command\"" >&2
    exit 64
    ;;
esac
if [ "$command" = plan ] && [ -n "${TRUEUP_REVISION:-}" ]; then arguments+=("--revision=$TRUEUP_REVISION"); fi
if [ "$command" != drift ] && [ -n "$against" ] && [ "$against" != none ]; then arguments+=("--against=$against"); fi
while IFS= read -r argument; do
  if [ -n "$argument" ]; then arguments+=("$argument"); fi
done <<<"${TRUEUP_ARGUMENTS:-}"
read -r -a environments <<<"${TRUEUP_ENVIRONMENTS:-}"
# What reports are written from is kept in the reports folder of the repo.
if [ -z "$json$html" ]; then arguments+=(--no-report); fi
arguments+=(-- ${environments[@]+"${environments[@]}"})

# What it says for people may quote values of manifests: no line of it is to be read as a command.
tell() {
  local token
  if [ -z "${GITHUB_ACTIONS:-}" ]; then
    cat "$1" >&2
    return
  fi
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  echo "::stop-commands::$token"
  cat "$1"
  echo "::$token::"
}

# One run for all readers. Files of the inputs are relative to the folder of the job's step.
also=("--also=github=$annotations")
write_also() {
  if [ -z "$2" ]; then return; fi
  mkdir -p "$(dirname "$2")"
  also+=("--also=$1=$(case $2 in /*) echo "$2" ;; *) echo "$PWD/$2" ;; esac)")
}
# What an issue knows findings by: SARIF tells each by what it is about, whatever the values.
if [ -z "$sarif" ] && [ "$command" != plan ]; then sarif=$folder/findings.sarif; fi
write_also sarif "$sarif"
write_also junit "${TRUEUP_JUNIT_FILE:-}"

status=0
"${TRUEUP_PROGRAM:-trueup}" "${arguments[0]}" --format markdown "${also[@]}" "${arguments[@]:1}" \
  >"$markdown" 2>"$errors" || status=$?
tell "$errors"

# Drift is what became of what this checkout applied: without that nothing drifts, and nobody should rely on it.
if [ "$command" = drift ] && [ "$status" -eq 0 ] && [ ! -e "$(git rev-parse --absolute-git-dir)/trueup/owners.json" ]; then
  told warning 'nothing was ever applied from this checkout, so that it can have no drift: run this in the checkout that applies'
fi

# The report of this run, and not an older one.
case $status in
  0 | 2)
    words=(report)
    if [ "${#environments[@]}" -gt 0 ]; then words+=("${environments[0]%%[@/]*}"); fi
    words+=(--kind "$command")
    if [ -n "$html" ]; then
      mkdir -p "$(dirname "$html")"
      "${TRUEUP_PROGRAM:-trueup}" "${words[@]}" --html "$html" >&2 || true
    fi
    if [ -n "$json" ]; then
      mkdir -p "$(dirname "$json")"
      "${TRUEUP_PROGRAM:-trueup}" "${words[@]}" --output json >"$json" || true
    fi
    ;;
esac
if [ "$command" != plan ] && [ -s "$sarif" ] && command -v jq >/dev/null; then
  jq --raw-output '.runs[].results[].partialFingerprints["trueup/v1"] // empty' "$sarif" >"$findings"
fi

# Nothing could be planned at all: the error is what there is to read.
if [ ! -s "$markdown" ]; then
  {
    echo "<!-- trueup:$command -->"
    echo "### trueup $command: it could not be made (exit status $status)"
    echo
    echo '<pre>'
    tail -c 8000 "$errors" | sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g' -e 's/>/\&gt;/g'
    echo '</pre>'
  } >"$markdown"
fi

if [ -n "${GITHUB_ACTIONS:-}" ] && [ -f "$annotations" ]; then cat "$annotations"; fi

if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat "$markdown" >>"$GITHUB_STEP_SUMMARY"; fi
changed=false
if [ "$status" -eq 2 ]; then changed=true; fi
{
  echo "exit-status=$status"
  echo "changed=$changed"
  echo "markdown-file=$markdown"
  echo "findings-file=$findings"
} >>"${GITHUB_OUTPUT:-/dev/stdout}"
