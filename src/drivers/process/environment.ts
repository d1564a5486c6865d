/**
 * The environment of a service: a small documented base from the environment that trueup runs in, the folders of its
 * volumes, what is declared, and the marker by which its processes are found again.
 */
import type { Json } from '../../model/json.ts';
import { isSecret, type Vault } from '../../model/secret.ts';
import type { Marker } from './layout.ts';

/** What a process needs to find its home and its language. Everything else of trueup's environment stays out. */
const BASE = /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|TZ|TMPDIR|LC_[A-Z]+|XDG_[A-Z_]+)$/;

export interface EnvironmentParts {
  readonly declared: Readonly<Record<string, Json>>;
  /** The folder of each volume, by the variable that names it. */
  readonly volumes: Readonly<Record<string, string>>;
  readonly marker: Marker;
  readonly vault: Vault;
}

/** The whole environment, with the secrets revealed: never to be written anywhere. */
export function serviceEnvironment(
  { declared, volumes, marker, vault }: EnvironmentParts,
  inherited: NodeJS.ProcessEnv = process.env,
): Readonly<Record<string, string>> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(inherited)) {
    if (value !== undefined && BASE.test(name)) environment[name] = value;
  }
  for (const [name, value] of Object.entries(declared)) if (value !== null) environment[name] = plainText(value, vault);
  return { ...environment, ...volumes, [marker.name]: marker.value };
}

/** A text as it is, a secret revealed, anything else as JSON writes it. */
export function plainText(value: Json, vault: Vault): string {
  if (isSecret(value)) return vault.reveal(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Names that a POSIX shell keeps for itself: some cannot be set, others would change how it works. */
const SHELL_OWN: ReadonlySet<string> = new Set(
  (
    '_ IFS LINENO OLDPWD OPTARG OPTERR OPTIND PPID PWD SHLVL UID EUID GROUPS RANDOM SECONDS SHELLOPTS BASHOPTS ' +
    'DIRSTACK FUNCNAME HISTCMD PIPESTATUS'
  ).split(' '),
);

/** Whether the shim, being a shell, cannot export a variable of this name. */
export function isOddVariable(name: string): boolean {
  return SHELL_OWN.has(name) || name.startsWith('BASH_') || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}
