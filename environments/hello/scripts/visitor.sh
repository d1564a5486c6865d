#!/bin/sh
# Visits the greeter again and again, until it is told to stop.
set -eu
trap 'exit 0' TERM INT
. scripts/pause.conf
while :; do
  node -e 'fetch(process.argv[1]).then((answer) => answer.text()).then(console.log)' "$URL" |
    tee -a "$TRUEUP_VOLUME_NOTES/visits.log"
  sleep "$PAUSE" &
  wait $!
done
