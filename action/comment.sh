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

file=$1
: "${COMMENT_AUTHOR:?}" "${COMMENT_TOKEN:?}" "${COMMENT_NUMBER:?}"
name=$(printf '%s' "${COMMENT_NAME:-default}" | tr -c 'A-Za-z0-9._-' '-' | tr -s '-' | cut -c1-64 | sed 's/^-//; s/-$//')
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

if [ -n "${CI_PROJECT_ID:-}" ]; then
  collection=$CI_API_V4_URL/projects/$CI_PROJECT_ID/merge_requests/$COMMENT_NUMBER/notes
  member=$collection
  update=PUT
  author=.author.username
  header="PRIVATE-TOKEN: $COMMENT_TOKEN"
else
  collection=$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/$COMMENT_NUMBER/comments
  member=$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/comments
  update=PATCH
  author=.user.login
  header="Authorization: Bearer $COMMENT_TOKEN"
fi

# The token goes by a file: arguments are for every process of the machine to see.
(umask 077 && printf '%s\n' "$header" >"$folder/header")

warn() {
  if [ -n "${GITHUB_ACTIONS:-}" ]; then echo "::warning title=trueup::$1"; else echo "warning: $1" >&2; fi
  exit 0
}

# request METHOD URL [BODY FILE]: the answer in $folder/answer; false unless it is a success.
request() {
  local code body=()
  if [ -n "${3:-}" ]; then body=(--data-binary "@$3" --header 'Content-Type: application/json'); fi
  code=$(curl --silent --show-error --max-time 60 --retry 2 --request "$1" --header "@$folder/header" \
    --header 'Accept: application/json' ${body[@]+"${body[@]}"} \
    --output "$folder/answer" --write-out '%{http_code}' "$2") || code=000
  case $code in
    2??) return 0 ;;
    *)
      answered=$code
      return 1
      ;;
  esac
}

first=$(head -n 1 "$file")
marker="${first% -->}:$name -->"
{
  printf '%s\n' "$marker"
  tail -n +2 "$file"
} >"$folder/body.md"
jq --null-input --rawfile body "$folder/body.md" '{body: $body}' >"$folder/body.json"

id=
page=1
while :; do
  request GET "$collection?per_page=100&page=$page" ||
    warn "the comment was not written: the comments there cannot be read (HTTP $answered)"
  id=$(jq --raw-output --arg author "$COMMENT_AUTHOR" --arg marker "$marker" \
    "[.[] | select($author == \$author and (.body | startswith(\$marker)))][0].id // empty" "$folder/answer")
  if [ -n "$id" ] || [ "$(jq length "$folder/answer")" -lt 100 ]; then break; fi
  page=$((page + 1))
done

if [ -n "$id" ]; then
  request "$update" "$member/$id" "$folder/body.json" ||
    warn "the comment was not updated (HTTP $answered): its token needs the right to write to pull requests"
  echo "updated comment $id"
else
  request POST "$collection" "$folder/body.json" ||
    warn "the comment was not written (HTTP $answered): its token needs the right to write to pull requests"
  echo "wrote comment $(jq --raw-output .id "$folder/answer")"
fi
