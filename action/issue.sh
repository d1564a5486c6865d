#!/usr/bin/env bash
# Keeps one issue of what is found, on GitHub or GitLab: issue.sh <file> <exit status of trueup>.
#
#   2             it is opened, or brought up to date, or opened again
#   0             it is closed, since nothing is found any more
#   anything else it is left as it is: what nobody could look at is not gone
#
# It is found again by the marker of its first line, never by its title, and only if ISSUE_AUTHOR opened it. It gets no
# comments, and is touched only where the report says something else. What people write below the last line of trueup stays.
# What somebody closed as not planned or as a duplicate, or with the label `wontfix`, stays closed until something else is
# found. Of two that were opened at once the older one goes on. It takes curl and jq.
#
#   ISSUE_NAME      which issue it is: the environment, or the pair (default: all)
#   ISSUE_TITLE     how it is called when it is opened; it may be renamed (default: from the command and ISSUE_NAME)
#   ISSUE_LABELS    labels of a new one, separated by commas
#   ISSUE_FINDINGS  a file that names what is found, one a line (default: the report itself tells whether something is new)
#   ISSUE_AUTHOR    the login of whom the token belongs to
#   ISSUE_TOKEN     the token
#
# GitHub and GitLab say the rest to every job. An issue that cannot be read or written is an error and exit status 1: nobody
# would be told.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=forge.sh
. "$(dirname "$0")/forge.sh"
file=$1
status=$2
: "${ISSUE_NAME:=all}" "${ISSUE_AUTHOR:?}" "${ISSUE_TOKEN:?}"
open_forge "$ISSUE_TOKEN"

end='<!-- trueup:end -->'
first=$(head -n 1 "$file")
name=$(marker_name "$ISSUE_NAME")
# What a marker cannot hold still tells two names apart.
if [ "$name" != "$ISSUE_NAME" ]; then name=$name-$(printf '%s' "$ISSUE_NAME" | git hash-object --stdin | cut -c1-8); fi
marker="${first% -->}:issue:$name -->"
command=${first#*trueup:}
command=${command%% *}
login=$(jq --null-input --raw-output --arg text "$ISSUE_AUTHOR" '$text | @uri')

# An issue, alike on both: number, whether it is open, whether people want it closed, labels, text, address.
shape='{number, open: (.state == "open"), reason: .state_reason, labels: [.labels[].name], body, url: .html_url}'
query="creator=$login&state=all&sort=created&direction=asc"
update=PATCH
closed='{state: "closed", state_reason: "completed"}'
opened='{state: "open"}'
run_url=${GITHUB_RUN_ID:+${GITHUB_SERVER_URL:-https://github.com}/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID}
decline='as not planned'
if [ "$forge" = gitlab ]; then
  shape='{number: .iid, open: (.state == "opened"), reason: null, labels, body: .description, url: .web_url}'
  query="author_username=$login&state=all&scope=all&order_by=created_at&sort=asc"
  update=PUT
  closed='{state_event: "close"}'
  opened='{state_event: "reopen"}'
  run_url=${CI_JOB_URL:-}
  decline='with the label "wontfix"'
fi

is_wontfix='ascii_downcase | gsub("[^a-z]"; "") == "wontfix"'

fail() {
  told error "$1"
  exit 1
}

# Our issues, each with its marker; pull requests are issues to GitHub.
find_issues() {
  every_page "$project/issues?$query" ".[] | select($author == \$author and (has(\"pull_request\") | not)) | $shape
    | .body |= ((. // \"\") | gsub(\"\\r\"; \"\")) | select(.body | startswith(\$marker))
    | .declined = (.reason == \"not_planned\" or .reason == \"duplicate\" or any(.labels[]; $is_wontfix))" \
    --arg author "$ISSUE_AUTHOR" --arg marker "$marker" ||
    fail "the issue was not written: the issues there cannot be read ($answered)"
  sort_issues
}

# The one that goes on comes first: the oldest that is open, or else the oldest.
sort_issues() {
  jq --slurp 'unique_by(.number) | sort_by((.open | not), .number)' "$folder/found" >"$folder/issues.json"
}

# field FILTER: of the issue that goes on; empty where there is none.
field() {
  jq --raw-output ".[0] | if . == null then empty else $1 end" "$folder/issues.json"
}

# send METHOD URL FILTER: the body is made of $folder/body.md and of what else jq is given; a GitHub body is a GitLab description.
send() {
  jq --null-input --rawfile body "$folder/body.md" --arg forge "$forge" "${@:4}" \
    "(if \$forge == \"gitlab\" then {description: \$body} else {body: \$body} end) + ($3)" >"$folder/body.json"
  request "$1" "$2" "$folder/body.json" ||
    fail "the issue was not written ($answered): its token needs the right to write to issues, and the repo has to have some"
}

# moment TEXT: the line that says since when it is so.
moment() {
  local now
  now=$(date -u '+%Y-%m-%d %H:%M UTC')
  if [ -n "$run_url" ]; then echo "$1 [$now]($run_url)."; else echo "$1 $now."; fi
}

# What of the issue is ours, up to its last line; then what people wrote below. A forge refuses what is too long.
compose() {
  {
    printf '%s\n%s\n%s\n\n' "$marker" "$digest" "$(moment 'What trueup finds, as of')"
    tail -n +2 "$file"
    printf '\nThis is brought up to date when something else is found, and closed when nothing is. Closed %s, it stays\n' "$decline"
    printf 'closed until something is found that is not in here. Notes below stay.\n\n%s\n' "$end"
  } >"$folder/ours.md"
  field '.body' >"$folder/was.md"
  jq --null-input --raw-output --join-output --rawfile ours "$folder/ours.md" --rawfile was "$folder/was.md" --arg last "$end" '
    ($was | split($last)[1:] | join($last) | ltrimstr("\n") | rtrimstr("\n")) as $notes
    | ($ours | split("\n")) as $lines
    | if ($ours + $notes | length) < 65000 then $ours + $notes
      else ($lines[0:3] + ["", "The report is too long to stand here: see the run.", "", $last, ""] | join("\n")) + $notes end
  ' >"$folder/body.md"
}

# Others that are open and have the marker were opened by runs at the same time: they are no longer found, and closed.
close_others() {
  local number others
  others=$(jq --raw-output '.[1:][] | select(.open) | .number' "$folder/issues.json")
  for number in $others; do
    echo "The same as #$(field .number), which was opened at the same time." >"$folder/body.md"
    send "$update" "$project/issues/$number" "$closed"
    echo "closed #$number, which is the same as #$(field .number)"
  done
}

finish() {
  echo "$1"
  if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -n "${2:-}" ]; then printf '\n%s: %s\n' "$1" "$2" >>"$GITHUB_STEP_SUMMARY"; fi
  if [ -n "${GITHUB_OUTPUT:-}" ]; then echo "issue-url=${2:-}" >>"$GITHUB_OUTPUT"; fi
  exit 0
}

case $status in
  0 | 2) ;;
  *) finish "the issue is left as it is: exit status $status does not say what is found" ;;
esac

find_issues
close_others
number=$(field .number)
url=$(field .url)
is_open=$(field .open)

if [ "$status" -eq 0 ]; then
  if [ "$is_open" != true ]; then finish 'no issue is open, and none is needed'; fi
  field '.body' >"$folder/was.md"
  # What was found stays to be read. No report is as this one, so that it is brought up to date should somebody open it again.
  jq --null-input --raw-output --join-output --rawfile was "$folder/was.md" --arg line "$(moment 'Nothing of this is found any more, as of')" '
    $was | rtrimstr("\n") | split("\n") | .[1] |= sub("report:[0-9a-f]*"; "report:") | .[2] = $line | join("\n")' >"$folder/body.md"
  send "$update" "$project/issues/$number" "$closed"
  finish "closed #$number" "$url"
fi

# What is found, in as many characters as an issue can spare; of very much a digest alone.
report=$(tail -n +2 "$file" | git hash-object --stdin)
findings=$report
if [ -s "${ISSUE_FINDINGS:-}" ]; then
  # To its end into a file: who leaves a pipe early ends the script of whoever still writes into it.
  cut -c1-10 "$ISSUE_FINDINGS" | LC_ALL=C sort -u >"$folder/findings"
  if [ "$(wc -l <"$folder/findings")" -gt 50 ]; then
    findings=$(LC_ALL=C sort -u "$ISSUE_FINDINGS" | git hash-object --stdin)
  else
    findings=$(cat "$folder/findings")
  fi
fi
findings=$(printf '%s' "$findings" | tr '\n' ',')
digest="<!-- report:$report findings:$findings -->"
compose

if [ -z "$number" ]; then
  title=${ISSUE_TITLE:-trueup $command: $ISSUE_NAME}
  labels='($labels | split(",") | map(gsub("^ +| +$"; "")) | map(select(. != "")))'
  if [ "$forge" = gitlab ]; then labels="($labels | join(\",\"))"; fi
  send POST "$project/issues" "{title: (\$title | gsub(\"[\\n\\r]+\"; \" \") | .[0:200])} + (if \$labels == \"\" then {} else {labels: $labels} end)" \
    --arg title "$title" --arg labels "${ISSUE_LABELS:-}"
  jq --compact-output "$shape" "$folder/answer" >"$folder/opened.json"
  number=$(jq .number "$folder/opened.json")
  url=$(jq --raw-output .url "$folder/opened.json")
  opener=$(jq --raw-output "$author" "$folder/answer")
  if [ "$opener" != "$ISSUE_AUTHOR" ]; then
    # It would not be found again, and every run would open another one.
    send "$update" "$project/issues/$number" "$closed"
    fail "the token belongs to $opener and not to $ISSUE_AUTHOR: #$number was closed again, since later runs would not find it"
  fi
  # A list may come to know of it only later.
  find_issues
  cat "$folder/opened.json" >>"$folder/found"
  sort_issues
  close_others
  if [ "$(field .number)" != "$number" ]; then finish "left it to #$(field .number)" "$(field .url)"; fi
  finish "opened #$number" "$url"
fi

was=$(field '.body | split("\n")[1] // ""')
was_findings=${was#*findings:}
if [ "$is_open" = true ]; then
  if [ "${was%% findings:*}" = "<!-- report:$report" ]; then finish "#$number says so already" "$url"; fi
  send "$update" "$project/issues/$number" '{}'
  finish "updated #$number" "$url"
fi

is_known=$(jq --null-input --arg was "${was_findings% -->}" --arg now "$findings" '($now | split(",")) - ($was | split(",")) == []')
if [ "$(field .declined)" = true ] && [ "$is_known" = true ]; then
  finish "#$number was closed on purpose, and nothing else is found" "$url"
fi
labels="[.labels[] | select($is_wontfix | not)]"
if [ "$forge" = gitlab ]; then labels="($labels | join(\",\"))"; fi
send "$update" "$project/issues/$number" "$opened + {labels: \$labels}" --argjson labels "$(jq ".[0] | $labels" "$folder/issues.json")"
finish "opened #$number again" "$url"
