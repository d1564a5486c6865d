/**
 * The launcher of one clone: the script that every hook of it calls. It holds the absolute paths of the runtime and the
 * command that installed it, notes that something was asked for, and starts a runner in the background unless one is at
 * work already: a rebase of hundreds of commits starts one. It never fails git, and never keeps it waiting. Pure.
 */

export interface Launcher {
  /** Absolute paths. */
  readonly runtime: string;
  readonly command: string;
  readonly planOnly: boolean;
}

/** Below the git folder of a worktree: what was asked for, and who is at work on it. */
export const RUN_FOLDER = 'trueup/hook-run';

/** Made by the launcher whenever something happened; whoever removes it has taken the work on. */
export const ASKED_FILE = 'asked';

/** The pid of the runner; as old as its last sign of life. */
export const RUNNER_FILE = 'runner';

/** What the last runner said on standard error, which is nothing unless it could not even begin. */
export const TROUBLE_FILE = 'trouble';

/** Set for a runner that has a session of its own. */
export const SESSION_VARIABLE = 'TRUEUP_HOOK_SESSION';

/** What git tells its hooks of the repo, the index and the commit in hand: nobody but the hook may believe it. */
export const HOOK_VARIABLES: readonly string[] = [
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_AUTHOR_DATE',
  'GIT_AUTHOR_EMAIL',
  'GIT_AUTHOR_NAME',
  'GIT_COMMITTER_DATE',
  'GIT_COMMITTER_EMAIL',
  'GIT_COMMITTER_NAME',
  'GIT_COMMON_DIR',
  'GIT_CONFIG',
  'GIT_CONFIG_PARAMETERS',
  'GIT_DIR',
  'GIT_EDITOR',
  'GIT_EXEC_PATH',
  'GIT_GRAFT_FILE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_QUARANTINE_PATH',
  'GIT_REFLOG_ACTION',
  'GIT_REPLACE_REF_BASE',
  'GIT_SEQUENCE_EDITOR',
  'GIT_SHALLOW_FILE',
  'GIT_WORK_TREE',
];

export function launcherText({ runtime, command, planOnly }: Launcher): string {
  return `# Made by \`trueup hook install\`; \`trueup hook remove\` takes it away. The hooks of this clone call it with their name and
# their arguments.
runtime=${quoted(runtime)}
trueup=${quoted(command)}
if [ ! -x "$runtime" ] || [ ! -f "$trueup" ]; then
  echo "trueup is no longer where it was, so nothing follows this $1: run \\\`trueup hook install\\\` again, or \\\`trueup hook remove\\\`" >&2
  exit 0
fi
folder=$(git rev-parse --absolute-git-dir)/${RUN_FOLDER}
[ -d "$folder" ] || mkdir -p "$folder" 2>/dev/null
{ true > "$folder/${ASKED_FILE}"; } 2>/dev/null || {
  echo "trueup cannot write into $folder, so nothing follows this $1" >&2
  exit 0
}
pid=
[ ! -f "$folder/${RUNNER_FILE}" ] || read -r pid < "$folder/${RUNNER_FILE}" || :
if [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null && [ -n "$(find "$folder/${RUNNER_FILE}" -mmin -2 2>/dev/null)" ]; then
  exit 0
fi
unset ${HOOK_VARIABLES.join(' ')}
session=
if command -v setsid >/dev/null 2>&1; then
  session=setsid
  export ${SESSION_VARIABLE}=own
fi
$session "$runtime" -- "$trueup" hook run${planOnly ? ' --plan-only' : ''} -- "$@" </dev/null >/dev/null 2>"$folder/${TROUBLE_FILE}" &
echo $! > "$folder/${RUNNER_FILE}"
exit 0
`;
}

/** One word of a shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Whether a runner was started in a session of its own. */
export function hasSession(environment: NodeJS.ProcessEnv): boolean {
  return environment[SESSION_VARIABLE] === 'own';
}
