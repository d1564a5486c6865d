/**
 * Git in folders that hold what others wrote: clones that trueup makes and keeps, repos that are not ours. Nothing in such
 * a repo makes git start a program: no hook, fsmonitor, filter, diff or merge program, no transport but those allowed, no
 * submodule, no fetch in passing. For what reads and checks out, the user's own configuration is left out as well (filters
 * of theirs would run on words of others); for what goes to a remote it stays, because credentials and proxies stand there.
 */
import { dirname } from 'node:path';
import { TrueupError } from '../model/failure.ts';
import { gitEnvironment } from './git.ts';
import type { Transport } from './remote-url.ts';
import { type GitResult, runGit } from './run-git.ts';

/** Of everybody's choosing; given before the command. */
const OFF: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.attributesFile=/dev/null',
  'core.pager=cat',
  'core.editor=false',
  'core.alternateRefsCommand=',
  'core.gitProxy=',
  'core.protectHFS=true',
  'core.protectNTFS=true',
  'core.autocrlf=false',
  'diff.external=',
  'fetch.recurseSubmodules=false',
  'submodule.recurse=false',
  'fetch.writeCommitGraph=false',
  'gc.auto=0',
  'gc.autoDetach=false',
  'init.templateDir=',
  'log.showSignature=false',
  'maintenance.auto=false',
  'protocol.allow=never',
  'transfer.bundleURI=false',
];

/** What configuration can make git run or read, beside what is off for everybody. */
const RUNS =
  /^(filter[.].*[.](clean|smudge|process)|diff[.].*[.](command|textconv)|merge[.].*[.]driver|remote[.].*[.](uploadpack|receivepack|vcs|proxy)|credential([.].*)?[.]helper|gpg([.].*)?[.](program|defaultkeycommand)|core[.](sshcommand|askpass)|uploadpack[.].*)$/i;

export interface HardenedOptions {
  /** Absolute; the root of the repo. */
  readonly directory: string;
  /** None: git goes nowhere. */
  readonly transports?: readonly Transport[];
  readonly timeoutMs?: number;
  /** More output than this is an error. */
  readonly maxBytes?: number;
}

/** Runs git on what is here already, and throws `git_failed`. `-c` values that follow a command's own options win. */
export type HardenedGit = (...args: readonly string[]) => Promise<string>;

/** Git in a folder whose configuration, attributes and hooks are somebody else's. */
export async function hardenedGit(options: HardenedOptions, signal: AbortSignal): Promise<HardenedGit> {
  const { directory, transports = [], timeoutMs = 120_000, maxBytes } = options;
  const env = localEnvironment(directory, transports);
  const bounds = { cwd: directory, env, timeoutMs, ...(maxBytes === undefined ? {} : { maxBytes }) };
  const run = (args: readonly string[]): Promise<GitResult> => runGit(args, bounds, signal);
  const overrides = await overridesOf(run, directory);
  return async (...args) => {
    const result = await run([...hardenedArguments(transports), ...overrides, ...args]);
    if (result.exitCode === 0 && result.ended === 'exited') return result.stdout.toString('utf8');
    throw localFailure(directory, args, result);
  };
}

/** What stands between `git` and the command. */
export function hardenedArguments(transports: readonly Transport[]): readonly string[] {
  const allowed = transports.map((transport) => `protocol.${transport}.allow=always`);
  return ['--no-optional-locks', '--no-replace-objects', ...[...OFF, ...allowed].flatMap((pair) => ['-c', pair])];
}

/** What the environment of every hardened git has in common. `GIT_ALLOW_PROTOCOL` goes before every configuration. */
export function hardenedVariables(transports: readonly Transport[]): Readonly<Record<string, string>> {
  return {
    LC_ALL: 'C',
    GIT_ALLOW_PROTOCOL: transports.join(':') || 'none',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_EDITOR: ':',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_PAGER: 'cat',
    GIT_TERMINAL_PROMPT: '0',
    SSH_ASKPASS_REQUIRE: 'never',
  };
}

/** Without any configuration but the repo's own. */
function localEnvironment(directory: string, transports: readonly Transport[]): Record<string, string> {
  const own = Object.entries(gitEnvironment(process.env)).filter(([name]) => !name.startsWith('GIT_'));
  return {
    ...Object.fromEntries(own),
    ...hardenedVariables(transports),
    GIT_ASKPASS: '',
    // A damaged repo is never mistaken for one around it.
    GIT_CEILING_DIRECTORIES: dirname(directory),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_SSH_COMMAND: 'ssh -oBatchMode=yes',
  };
}

/** The repo's own configuration, program by program, made empty. Reading configuration runs nothing. */
async function overridesOf(
  run: (args: readonly string[]) => Promise<GitResult>,
  directory: string,
): Promise<readonly string[]> {
  const args = ['config', '--list', '--includes', '--name-only', '-z'];
  const listed = await run(args);
  if (listed.exitCode !== 0) throw localFailure(directory, args, listed);
  const names = [...new Set(listed.stdout.toString('utf8').split('\0'))];
  if (names.some((name) => name.toLowerCase() === 'core.worktree')) {
    throw new TrueupError('git_failed', `the configuration of ${directory} leads its files to another folder`, {
      fields: { directory },
      next: 'remove `core.worktree` from it, or clone it anew',
    });
  }
  const off = names.flatMap((name) => (RUNS.test(name) ? ['-c', `${name}=`] : []));
  const filters = new Set(names.flatMap((name) => /^(filter[.].*)[.][^.]+$/i.exec(name)?.[1] ?? []));
  return [...off, ...[...filters].flatMap((filter) => ['-c', `${filter}.required=false`])];
}

function reasonOf({ ended, exitCode, stderr }: GitResult): string {
  if (ended === 'said_too_much') return `it said too much\n${stderr}`;
  if (ended !== 'exited') return `it took too long\n${stderr}`;
  return exitCode === null ? `it was ended from outside, or crashed\n${stderr}` : stderr;
}

function localFailure(directory: string, args: readonly string[], result: GitResult): TrueupError {
  const command = ['git', ...args].join(' ');
  const reason = reasonOf(result);
  return new TrueupError('git_failed', `\`${command}\` failed in ${directory}: ${reason}`, {
    fields: { directory, command, stderr: result.stderr, ended: result.ended, exit_code: result.exitCode },
  });
}
