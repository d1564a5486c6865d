#!/usr/bin/env bash
# Runs `trueup plan` or `trueup drift` for a pull request: Markdown for the comment and the summary of the step, annotations
# for the lines of manifests, and files for other tools. It never fails: how it ended is an output, so that the comment is
# written in any case.
set -euo pipefail

command=${TRUEUP_COMMAND:-plan}
against=${TRUEUP_AGAINST:-}
folder=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/trueup-XXXXXX")
markdown=$folder/comment.md
errors=$folder/errors.txt
annotations=$folder/annotations.txt

arguments=("$command")
case $command in
  plan) arguments+=(--detailed-exitcode) ;;
  drift) ;;
  *)
    echo "the input \`command\` is plan or drift, not \"$command\"" >&2
    exit 64
    ;;
esac
if [ "$command" = plan ]; then
  if [ -n "${TRUEUP_REVISION:-}" ]; then arguments+=("--revision=$TRUEUP_REVISION"); fi
  if [ -n "$against" ] && [ "$against" != none ]; then arguments+=("--against=$against"); fi
fi
while IFS= read -r argument; do
  if [ -n "$argument" ]; then arguments+=("$argument"); fi
done <<<"${TRUEUP_ARGUMENTS:-}"
read -r -a environments <<<"${TRUEUP_ENVIRONMENTS:-}"
arguments+=(--no-report -- ${environments[@]+"${environments[@]}"})

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
  if [ -n "$2" ]; then also+=("--also=$1=$(case $2 in /*) echo "$2" ;; *) echo "$PWD/$2" ;; esac)"); fi
}
write_also sarif "${TRUEUP_SARIF_FILE:-}"
write_also junit "${TRUEUP_JUNIT_FILE:-}"

status=0
"${TRUEUP_PROGRAM:-trueup}" "${arguments[0]}" --format markdown "${also[@]}" "${arguments[@]:1}" \
  >"$markdown" 2>"$errors" || status=$?
tell "$errors"

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
} >>"${GITHUB_OUTPUT:-/dev/stdout}"
