#!/usr/bin/env bash
# Writes a file as the one comment of a pull request (GitHub) or merge request (GitLab): comment.sh <file>.
#
# Its first line, a marker that no reader sees, gets COMMENT_NAME; the comment that begins with this marker, and was written
# by COMMENT_AUTHOR, is updated, so that nobody can have a comment of somebody else changed. It takes curl and jq.
#
#   COMMENT_NAME     which comment it is, where a pull request has several
#   COMMENT_AUTHOR   the login of whom the token belongs to
#   COMMENT_TOKEN    the token
#   COMMENT_NUMBER   of the pull request, or the iid of the merge request
#
# GitHub and GitLab say the rest to every job (GITHUB_API_URL, GITHUB_REPOSITORY; CI_API_V4_URL, CI_PROJECT_ID). A comment
# that may not be written is a warning and exit status 0: the plan stands in the log, too.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=forge.sh
. "$(dirname "$0")/forge.sh"
file=$1
: "${COMMENT_AUTHOR:?}" "${COMMENT_TOKEN:?}" "${COMMENT_NUMBER:?}"
name=$(marker_name "${COMMENT_NAME:-default}")
open_forge "$COMMENT_TOKEN"
if [ "$forge" = gitlab ]; then
  collection=$project/merge_requests/$COMMENT_NUMBER/notes
  member=$collection
  update=PUT
else
  collection=$project/issues/$COMMENT_NUMBER/comments
  member=$project/issues/comments
  update=PATCH
fi

warn() {
  told warning "$1"
  exit 0
}

first=$(head -n 1 "$file")
marker="${first% -->}:$name -->"
{
  printf '%s\n' "$marker"
  tail -n +2 "$file"
} >"$folder/body.md"
jq --null-input --rawfile body "$folder/body.md" '{body: $body}' >"$folder/body.json"

every_page "$collection" ".[] | select($author == \$author and (.body // \"\" | startswith(\$marker))) | .id" \
  --arg author "$COMMENT_AUTHOR" --arg marker "$marker" ||
  warn "the comment was not written: the comments there cannot be read ($answered)"
id=$(head -n 1 "$folder/found")

if [ -n "$id" ]; then
  request "$update" "$member/$id" "$folder/body.json" ||
    warn "the comment was not updated ($answered): its token needs the right to write to pull requests"
  echo "updated comment $id"
else
  request POST "$collection" "$folder/body.json" ||
    warn "the comment was not written ($answered): its token needs the right to write to pull requests"
  echo "wrote comment $(jq --raw-output .id "$folder/answer")"
fi
