/**
 * The shim: the POSIX shell that stands between trueup and a command, so that a service outlives the command line that
 * started it. Written for dash, bash, busybox and the shell of macOS; it rests on builtins, `mv`, `sleep` and, where
 * there is no /proc, `ps` and `date`.
 *
 * What it keeps true:
 * - Nothing runs that is not recorded. The shim claims its launch by moving its own record out of the launch's folder;
 *   whoever takes that folder away first has cancelled the launch for good. The command's process records itself before
 *   it becomes the command.
 * - A record is replaced as a whole (`mv`), so it is never read half.
 * - The shim leads the session and group of its command. Signals to the group reach the command and not the shim, which
 *   holds no-op traps: traps, unlike ignored signals, are not inherited. The command runs in the foreground, because
 *   POSIX makes background commands of a script deaf to SIGINT and SIGQUIT.
 * - Where a stop is requested nothing is started any more.
 * - What the command leaves behind in its group does not outlive it. The record of an end waits for that, so it is looked
 *   for by one `grep` over all processes, and by slow builtins only where that does not work or was killed.
 *
 * Command words and environment come in through the environment of the shim, which only its user can read, and never
 * through its arguments, which everybody can.
 */

/** What runs the shim: an absolute path, and the word that selects the shell in a multi-call program. */
export interface Shell {
  readonly file: string;
  readonly applet: string | null;
  /** Where the kernel shows its processes as files; where there is no such folder, `ps` is asked. */
  readonly proc?: string;
}

export const SYSTEM_SHELL: Shell = { file: '/bin/sh', applet: null };

/** Signals that the shim survives when they are sent to its whole group. Any other is sent to each process but the shim. */
export const GROUP_SIGNALS: readonly string[] =
  'HUP INT QUIT ABRT USR1 USR2 PIPE ALRM TERM URG XCPU XFSZ VTALRM PROF WINCH IO PWR TSTP TTIN TTOU'.split(' ');

/** Sets `born` to the start time of a process of ours, in the form in which trueup reads it, too. */
const IDENTIFY = `
identify() {
  if read -r line </proc/"$1"/stat; then
    set -- \${line##*") "}
    born=\${20}
  else
    set -- $(LC_ALL=C TZ=UTC0 ps -o lstart= -p "$1")
    born=$1_$2_$3_$4_$5
  fi
}`;

/** Becomes the command. Arguments: the service's folder, and the part of the record that the shim knows. */
const CHILD = `
dir=$1 head=$2
${IDENTIFY}
identify $$
printf '%s phase=running main=%s exit=-\\n' "$head" "$$:$born" >"$dir/state.child" || exit 125
mv -f "$dir/state.child" "$dir/state" || exit 125
[ ! -e "$dir/stop" ] || exit 125
exec >>"$dir/log" 2>&1
cd "$TRUEUP_SHIM_CWD" || exit 126
export PWD
set --
TRUEUP_SHIM_I=0
while [ "$TRUEUP_SHIM_I" -lt "$TRUEUP_SHIM_WORDS" ]; do
  eval "set -- \\"\\$@\\" \\"\\$TRUEUP_SHIM_WORD_$TRUEUP_SHIM_I\\"; unset TRUEUP_SHIM_WORD_$TRUEUP_SHIM_I"
  TRUEUP_SHIM_I=$((TRUEUP_SHIM_I + 1))
done
TRUEUP_SHIM_I=0
while [ "$TRUEUP_SHIM_I" -lt "$TRUEUP_SHIM_VARIABLES" ]; do
  eval "export \\"\\$TRUEUP_SHIM_VARIABLE_$TRUEUP_SHIM_I\\"; unset TRUEUP_SHIM_VARIABLE_$TRUEUP_SHIM_I" 2>/dev/null
  TRUEUP_SHIM_I=$((TRUEUP_SHIM_I + 1))
done
unset TRUEUP_SHIM_I TRUEUP_SHIM_WORDS TRUEUP_SHIM_VARIABLES TRUEUP_SHIM_CWD OLDPWD SHLVL
exec "$@"`;

/** Supervises. Arguments: the service's folder, id of the launch, boot, digest, and the script of the child. */
const SHIM = `
dir=$1 id=$2 boot=$3 digest=$4 child=$5
restarts=0 tries=0 code=-
for name in ${GROUP_SIGNALS.join(' ')}; do trap : "$name"; done
${IDENTIFY}
describe() {
  head="v=1 id=$id boot=$boot digest=$digest shim=$shim restarts=$restarts"
}
record() {
  printf '%s phase=%s main=- exit=%s\\n' "$head" "$1" "$code" >"$dir/state.shim" && mv -f "$dir/state.shim" "$dir/state"
}
insist() {
  until record "$1"; do
    [ -d "$dir" ] || exit 1
    sleep 1
  done
}
clock() {
  if read -r now line </proc/uptime; then now=\${now%%.*}; else now=$(date +%s); fi
}
sweep() {
  round=0 found=1
  while [ "$found" ] && [ "$round" -lt 50 ]; do
    found='' round=$((round + 1))
    if [ -r /proc/$$/stat ]; then
      stats=$(LC_ALL=C GREP_OPTIONS= grep -lsE "\\) [^Z] [0-9]+ $$ " /proc/[0-9]*/stat)
      [ $? -le 2 ] || stats=$(echo /proc/[0-9]*/stat)
      for stat in $stats; do
        read -r line <"$stat" || continue
        pid=\${line%% *}
        set -- \${line##*") "}
        [ "$3" = $$ ] && [ "$1" != Z ] && [ "$pid" != $$ ] && kill -KILL "$pid" && found=1
      done
    else
      set -- $(ps -A -o pid= -o pgid= -o stat=)
      while [ $# -ge 3 ]; do
        case $3 in Z*) ;; *) [ "$2" = $$ ] && [ "$1" != $$ ] && kill -KILL "$1" && found=1 ;; esac
        shift 3
      done
    fi
  done
}
backoff() {
  case $tries in
    0) sleep 0.1 ;; 1) sleep 0.2 ;; 2) sleep 0.4 ;; 3) sleep 0.8 ;; 4) sleep 1.6 ;; 5) sleep 3.2 ;;
    6) sleep 6.4 ;; 7) sleep 12.8 ;; 8) sleep 25.6 ;; 9) sleep 51.2 ;; *) sleep 60 ;;
  esac
}
identify $$
shim=$$:$born
describe
printf '%s phase=starting main=- exit=-\\n' "$head" >"$dir/launch.$id/state" || exit 1
mv -f "$dir/launch.$id/state" "$dir/state" || exit 1
while [ ! -e "$dir/stop" ]; do
  clock
  began=$now
  SHELL_COMMAND -c "$child" "$0" "$dir" "$head"
  code=$?
  sweep
  [ ! -e "$dir/stop" ] || break
  clock
  [ $((now - began)) -lt 10 ] || tries=0
  policy=no
  read -r policy <"$dir/policy"
  case $policy in
    always | unless-stopped) ;;
    on-failure) [ "$code" -ne 0 ] || break ;;
    on-failure:*) [ "$code" -ne 0 ] && [ "$tries" -lt "\${policy#*:}" ] || break ;;
    *) break ;;
  esac
  insist backoff
  backoff
  [ ! -e "$dir/stop" ] || break
  tries=$((tries + 1)) restarts=$((restarts + 1))
  describe
done
insist exited
sync "$dir/state"`;

export interface ShimArguments {
  /** Shown by `ps`. */
  readonly title: string;
  readonly folder: string;
  readonly launch: string;
  readonly boot: string;
  readonly digest: string;
}

/** The arguments with which the shell of {@link Shell} becomes a shim. */
export function shimArguments(shell: Shell, { title, folder, launch, boot, digest }: ShimArguments): readonly string[] {
  const words = [shell.file, ...(shell.applet === null ? [] : [shell.applet])];
  const fit = (script: string): string =>
    script.replaceAll('SHELL_COMMAND', () => words.join(' ')).replaceAll('/proc/', () => `${shell.proc ?? '/proc'}/`);
  return [...words.slice(1), '-c', fit(SHIM), title, folder, launch, boot, digest, fit(CHILD)];
}
