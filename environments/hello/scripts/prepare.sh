#!/bin/sh
# Makes the volume ready, once.
set -eu
[ -s "$TRUEUP_VOLUME_NOTES/visits.log" ] || echo "$(date -u) the volume was prepared" >"$TRUEUP_VOLUME_NOTES/visits.log"
