# Says now and then that it is still there. What it needs was ready before it began.
echo "keeping watch over $GUEST"
trap 'exit 0' TERM
while :; do
  sleep 1
done
