# shellcheck shell=bash disable=SC2034
# What the other scripts know of a forge: which one it is, how it is asked, and how its limits are kept. It is sourced.

# One line for people: as an annotation where GitHub reads the log.
told() {
  if [ -n "${GITHUB_ACTIONS:-}" ]; then echo "::$1 title=trueup::$2"; else echo "$1: $2" >&2; fi
}

# open_forge TOKEN: says which forge this job is of, and makes $folder, which is gone in the end. GitHub and GitLab tell every
# job what else is needed. The token goes by a file: arguments are for every process of the machine to see.
open_forge() {
  local header
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  if [ -n "${CI_PROJECT_ID:-}" ]; then
    forge=gitlab
    project=$CI_API_V4_URL/projects/$CI_PROJECT_ID
    author=.author.username
    header="PRIVATE-TOKEN: $1"
  else
    forge=github
    project=$GITHUB_API_URL/repos/$GITHUB_REPOSITORY
    author=.user.login
    header="Authorization: Bearer $1"
  fi
  (umask 077 && printf '%s\n' "$header" >"$folder/header")
}

# The text as a name that can stand in a marker.
marker_name() {
  printf '%s' "$1" | tr -c 'A-Za-z0-9._-' '-' | tr -s '-' | cut -c1-64 | sed 's/^-//; s/-$//'
}

# answer_header NAME: its value in the last answer.
answer_header() {
  tr -d '\r' <"$folder/headers" | awk -v name="$1:" 'tolower($1) == name { value = $2 } END { print value }'
}

# request METHOD URL [BODY FILE]: the answer in $folder/answer; false unless it is a success, with what it was in $answered.
# What a forge has no time for is asked twice more, after the pause that it names. What makes something new is sent again only
# where the forge says that it did nothing.
request() {
  local code pause left=2 words=()
  if [ -n "${3:-}" ]; then words+=(--data-binary "@$3" --header 'Content-Type: application/json'); fi
  if [ "$1" != POST ]; then words+=(--retry 2 --retry-max-time 60); fi
  while :; do
    : >"$folder/headers"
    code=$(curl --silent --show-error --max-time 60 --request "$1" --header "@$folder/header" \
      --header 'Accept: application/json' ${words[@]+"${words[@]}"} \
      --output "$folder/answer" --dump-header "$folder/headers" --write-out '%{http_code}' "$2") || code=000
    answered="HTTP $code"
    case $code in
      2??) return 0 ;;
      403 | 429)
        pause=$(answer_header retry-after)
        case $pause in
          '' | *[!0-9]*) ;;
          *)
            if [ "$left" -gt 0 ] && [ "$pause" -le 60 ]; then
              left=$((left - 1))
              sleep "$pause"
              continue
            fi
            answered="HTTP $code, to be asked again in $pause s"
            return 1
            ;;
        esac
        if [ "$(answer_header 'x-ratelimit-remaining')$(answer_header 'ratelimit-remaining')" = 0 ]; then
          answered="HTTP $code, too many requests for now"
        fi
        return 1
        ;;
      *) return 1 ;;
    esac
  done
}

# every_page URL FILTER [OPTION…]: what the filter of jq, with its options, makes of a list, one a line in $folder/found.
every_page() {
  local length page=1 separator='?'
  case $1 in *\?*) separator='&' ;; esac
  : >"$folder/found"
  while request GET "$1${separator}per_page=100&page=$page"; do
    answered="$answered, and no list"
    length=$(jq 'arrays | length' "$folder/answer") && [ -n "$length" ] || return 1
    jq --compact-output "${@:3}" "$2" "$folder/answer" >>"$folder/found" || return 1
    if [ "$length" -lt 100 ]; then return 0; fi
    page=$((page + 1))
  done
  return 1
}
