/** What kind and the docker command complain of, as errors that say what to do next. */
import type { FailureCode } from '../../../model/codes.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { Engine } from '../engine.ts';

const INSTALL: Readonly<Record<'kind' | 'docker', string>> = {
  kind: '`go install sigs.k8s.io/kind@latest`, or a package of your system, installs it',
  docker: 'install the command line of Docker: kind reaches the engine by it',
};

export function notInstalled(engine: Engine, program: 'kind' | 'docker'): TrueupError {
  return unreachableWith(engine, `it needs ${program}, which is not on the PATH`, INSTALL[program]);
}

const UNREACHABLE =
  /cannot connect to the docker daemon|error during connect|is the docker daemon running|failed to connect to the docker API|no such host|connection refused|i\/o timeout|permission denied while trying to connect|context ".*" does not exist|context not found|ssh: |unable to resolve docker endpoint|failed to get docker info|did not end within/i;

function isUnreachable(text: string): boolean {
  return UNREACHABLE.test(text);
}

/** By which the engine itself says so: a socket that has vanished is "no such file or directory" as well, and says nothing of it. */
const MISSING = /^error(?: response from daemon)?: (?:could not find the file|no such container|no such object)\b/im;

/** Whether a command that asked for a container, or for a file in one, says that there is no such thing. */
export function isMissing(text: string): boolean {
  return !isUnreachable(text) && MISSING.test(text);
}

export function unreachable(engine: Engine, reason: string): TrueupError {
  return unreachableWith(
    engine,
    complaintOf(reason),
    '`docker info` must work: is the engine running, and may you use it?',
  );
}

function unreachableWith({ name, place }: Engine, reason: string, next: string): TrueupError {
  return new TrueupError('engine_unreachable', `engine "${name}" does not answer at ${place}: ${reason}`, {
    retryable: true,
    fields: { place },
    next,
  });
}

interface Explained {
  readonly pattern: RegExp;
  readonly code: FailureCode;
  readonly next: string;
}

const EXPLAINED: readonly Explained[] = [
  {
    pattern: /failed to pull image|pull access denied|manifest unknown|no such image|unable to find image/i,
    code: 'image_not_found',
    next: 'load the node image into the engine, or declare a kubernetes_version that kind has an image of',
  },
  {
    pattern: /port is already allocated|address already in use|bind: /i,
    code: 'port_in_use',
    next: 'end what listens on that port of the host, or declare another host_port',
  },
  {
    pattern: /node\(s\) already exist|is already in use by container/i,
    code: 'name_in_use',
    next: '`docker ps -a` lists the containers: remove or rename one of the two',
  },
  {
    pattern: /no space left on device/i,
    code: 'step_failed',
    next: 'make space where the engine keeps its containers, and apply again',
  },
  {
    pattern: /invalid mount config|bind source path does not exist|mounts denied/i,
    code: 'step_failed',
    next: 'mounts are paths of the machine that the engine runs on: is the path there?',
  },
  {
    pattern: /could not find a log line that matches/i,
    code: 'step_failed',
    next: '`docker logs` of the node says why it does not come up: limits of inotify are a common reason',
  },
];

/** What a command was refused, in words that lead on. */
export function refused(engine: Engine, what: string, stderr: string): TrueupError {
  if (isUnreachable(stderr)) return unreachable(engine, stderr);
  const known = EXPLAINED.find(({ pattern }) => pattern.test(stderr));
  return new TrueupError(known?.code ?? 'step_failed', `${what}: ${complaintOf(stderr)}`, {
    fields: { command: what },
    next: known?.next ?? 'look at the cause, and apply again: what is half-made is recognised',
  });
}

/** The line that says why: kind writes its progress to the same stream, with signs for terminals. */
export function complaintOf(stderr: string): string {
  const lines = stderr
    .replaceAll(ESCAPES, '')
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(stack trace|[*✓✗•]|command output:)/i.test(line));
  const found = lines.find((line) => /^(error|fatal)\b/i.test(line)) ?? lines.findLast((line) => /error/i.test(line));
  const said = found ?? lines.at(-1) ?? 'it failed';
  const cause = lines.findLast((line) => /Error response from daemon|^docker: /i.test(line));
  const own = said.replace(/^ERROR:\s*/i, '');
  return cause === undefined || cause === said ? own : `${own}: ${cause}`;
}

const ESCAPES = /\u001B\[[0-9;?]*[ -/]*[@-~]/g;
