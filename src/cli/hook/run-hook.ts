/**
 * What a hook starts: a runner in a session of its own, which waits until git is done, follows the commit that is checked
 * out then, and looks again before it leaves. However many hooks call, one runner is at work in a worktree, and what it
 * follows is the last commit; one that comes while it works ends what it does for an older one.
 */
import { spawn } from 'node:child_process';
import { hasSession, HOOK_VARIABLES, SESSION_VARIABLE } from '../../git/hooks/launcher-text.ts';
import { openRepository } from '../../git/repository.ts';
import { findCommit } from '../../git/revisions.ts';
import { TrueupError } from '../../model/failure.ts';
import { safeLines } from '../../report/safe-text.ts';
import { assertWritable } from '../../state/folder.ts';
import { type HookResult, writeHookResult } from '../../state/hook-log.ts';
import { pause } from '../../state/pause.ts';
import type { CommandContext } from '../context.ts';
import { packagePath } from '../package-files.ts';
import { handOver } from './hand-over.ts';
import { type Followed, followCommit } from './follow-commit.ts';
import { HookRequests } from './requests.ts';

export interface HookCall {
  /** The name of the hook, and what git told it. */
  readonly words: readonly string[];
  readonly planOnly: boolean;
}

const LOOK_MS = 250;

/** Called by the launcher, or by a line in a hook that somebody wrote; returns at once where it has no session of its own. */
export async function runHook(context: CommandContext, call: HookCall): Promise<void> {
  // What git tells its hooks must not reach the services that are started here.
  const isOwnSession = hasSession(process.env);
  for (const name of [...HOOK_VARIABLES, SESSION_VARIABLE]) delete process.env[name];
  const { gitDir } = await openRepository(context.directory, context.signal);
  const requests = new HookRequests(gitDir);
  if (!isOwnSession) {
    await requests.ask();
    startSession(context, call);
    return;
  }
  await work(context, requests, call);
}

function startSession({ directory }: CommandContext, { words, planOnly }: HookCall): void {
  const options = planOnly ? ['--plan-only'] : [];
  const args = ['--', packagePath('bin', 'trueup.cjs'), 'hook', 'run', ...options, '--', ...words];
  const env = { ...process.env, [SESSION_VARIABLE]: 'own' };
  spawn(process.execPath, args, { cwd: directory, env, detached: true, stdio: 'ignore' }).unref();
}

async function work(context: CommandContext, requests: HookRequests, call: HookCall): Promise<void> {
  do {
    await using runner = await requests.begin();
    if (runner === null) return;
    while (await requests.take(context.signal)) await followHead(context, requests, call);
    // Who asked before the runner had left has started no other.
  } while (await requests.isAsked());
}

async function followHead(context: CommandContext, requests: HookRequests, call: HookCall): Promise<void> {
  const started = performance.now();
  const lines: string[] = [];
  const telling = tellingTo(lines, context);
  const workspace = await telling.workspace(call.planOnly ? 'read' : 'change');
  const { root, revision } = workspace.repository;
  const { commit } = revision;
  if (commit === null) return;
  const from = (await requests.followed()) ?? (await firstFrom(root, commit, call.words, context.signal));
  if (from === commit) return requests.setFollowed(commit);
  using newer = newerCommit(requests, root, commit);
  const signal = AbortSignal.any([context.signal, newer.signal]);
  const handed = call.planOnly ? null : await handOver(workspace, signal);
  const outcome =
    handed ??
    (await settled(() => followCommit({ ...telling, signal }, workspace, { from, commit, planOnly: call.planOnly })));
  // Given up for a newer commit: what this one changed is still to be followed.
  if (!signal.aborted) await requests.setFollowed(commit);
  const result: HookResult = {
    at: new Date().toISOString(),
    hook: call.words[0] ?? '',
    commit,
    plan_only: call.planOnly,
    duration_ms: Math.round(performance.now() - started),
    error: outcome.problem,
    handed_to: outcome.handedTo,
    environments: outcome.environments,
  };
  await assertWritable(workspace.state);
  const told = masked(result, context);
  await writeHookResult(workspace.state, told, logLines(told, lines.map(context.mask)));
}

/** What was checked out before, in a worktree that hooks see for the first time; `null` where nothing is known of it. */
async function firstFrom(
  root: string,
  commit: string,
  [hook, before = '', after = '']: readonly string[],
  signal: AbortSignal,
): Promise<string | null> {
  // Of a worktree that was just made nothing is changed but what was committed since.
  if (hook === 'post-checkout') return findCommit(root, /^0+$/.test(before) ? after : before, signal);
  return findCommit(root, `${commit}^`, signal);
}

/** Aborts when something else is checked out. */
function newerCommit(
  requests: HookRequests,
  root: string,
  commit: string,
): Disposable & { readonly signal: AbortSignal } {
  const [newer, ended] = [new AbortController(), new AbortController()];
  void (async () => {
    while (!newer.signal.aborted) {
      await pause(LOOK_MS, ended.signal);
      if (!(await requests.isAsked())) continue;
      if ((await findCommit(root, 'HEAD', ended.signal)) !== commit)
        newer.abort(new TrueupError('interrupted', 'a newer commit'));
    }
  })().catch(() => undefined);
  return { signal: newer.signal, [Symbol.dispose]: () => ended.abort() };
}

async function settled(work: () => Promise<Followed>): Promise<Followed> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TrueupError)) throw error;
    return { handedTo: null, environments: [], problem: error.message };
  }
}

/** Nothing is printed: what is noted goes into the log. */
function tellingTo(lines: string[], context: CommandContext): CommandContext {
  const tell = (text: string): void => {
    if (text !== '') lines.push(text);
  };
  return {
    ...context,
    output: 'text',
    quiet: true,
    print: tell,
    note: tell,
    complain: tell,
    printJson: () => undefined,
  };
}

function masked(result: HookResult, { mask }: CommandContext): HookResult {
  const environments = result.environments.map((one) => ({ ...one, summary: mask(one.summary) }));
  return { ...result, error: result.error === null ? null : mask(result.error), environments };
}

function logLines(
  { at, hook, commit, duration_ms: ms, error, handed_to: handed, environments }: HookResult,
  notes: readonly string[],
): readonly string[] {
  const head = `${at} ${hook} ${commit?.slice(0, 12) ?? ''}`;
  const texts = [
    ...notes.map((note) => `note: ${note}`),
    ...(error === null ? [] : [`failed: ${error}`]),
    ...environments.map(({ name, outcome, summary }) => `${name}: ${outcome}: ${summary}`),
    ...(handed === null ? [] : [`left to ${handed}, which serves this repo`]),
    ...(error === null && handed === null && environments.length === 0 ? ['no environment is concerned'] : []),
  ];
  const lines = texts.flatMap((text) =>
    safeLines(text).map((line, index) => (index === 0 ? `${head} ${line}` : `  ${line}`)),
  );
  return [...lines, `${head} ended after ${ms} ms`];
}
