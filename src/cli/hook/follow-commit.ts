/** Follows one commit: reconciles, or with `--plan-only` plans, the environments whose files it changed. */
import { ulid } from 'ulid';
import { openRevision, loadFromRevision, type OpenedRevision } from '../../flow/at-revision.ts';
import { loadDesired } from '../../flow/load.ts';
import { planFlow } from '../../flow/planning.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { changedFiles } from '../../git/changed-files.ts';
import { verifySigned } from '../../git/verify.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import { hasErrors } from '../../model/diagnostic.ts';
import { InvalidManifestsError, TrueupError } from '../../model/failure.ts';
import { renderDiagnostics } from '../../report/diagnostics-text.ts';
import { renderFailure } from '../../report/failure-text.ts';
import { planDocument } from '../../report/plan-document.ts';
import { planSummary } from '../../report/plan-summary.ts';
import { concernsWhoReads } from '../../serve/sources/concerns.ts';
import type { HookOutcome, HookResult } from '../../state/hook-log.ts';
import { change } from '../changing.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../exit-status.ts';
import { loadOperatorSettings } from '../operator-settings.ts';
import { planOptions } from '../planning.ts';
import { report } from '../reports.ts';
import { leftAlone } from './left-alone.ts';

export interface FollowOptions {
  readonly from: string | null;
  readonly commit: string;
  readonly planOnly: boolean;
}

export interface Followed {
  /** Who follows the commit instead; `null` where nobody does. */
  readonly handedTo: string | null;
  readonly environments: HookResult['environments'];
  /** What is wrong with manifests that the commit changed, for the log. */
  readonly problem: string | null;
}

/** Another run may hold the lock as long as a long gate takes. */
const LOCK_TIMEOUT_MS = 15 * 60_000;

const INPUTS = { variables: {}, profiles: [] } as const;

/** `context` tells the log; its signal aborts when a newer commit is there. Never rejects for what is wrong with one environment. */
export async function followCommit(
  context: CommandContext,
  workspace: Workspace,
  { from, commit, planOnly }: FollowOptions,
): Promise<Followed> {
  const { signal } = context;
  const { root } = workspace.repository;
  const changed = from === null ? null : await changedFiles(root, from, commit, signal);
  if (changed !== null && changed.files.size === 0) return { handedTo: null, environments: [], problem: null };
  const unsigned = await signatureTrouble(context, root, commit);
  if (unsigned !== null) return { handedTo: null, environments: [], problem: unsigned };
  await using opened = await openRevision(workspace, commit, signal);
  const concerns = changed === null ? (): boolean => true : concernsWhoReads(changed);
  const at = { ...opened, mounted: workspace.tree };
  const all = await loadDesired(workspace, { ...INPUTS, secrets: 'leave', at }, signal);
  const mistakes = all.diagnostics.filter(
    ({ severity, source }) => severity === 'error' && (source === null || isTouched(source.file, changed?.files)),
  );
  const environments: HookResult['environments'][number][] = [];
  for (const { name } of all.environments.filter(({ files, folder }) => concerns(files, folder))) {
    signal.throwIfAborted();
    environments.push({ name, ...(await followOne(context, workspace, opened, { name, planOnly })) });
  }
  const problem = mistakes.length === 0 ? null : renderDiagnostics(mistakes, opened.texts, context.render);
  return { handedTo: null, environments, problem };
}

/** Why a commit does not count, as whoever serves the repo would say; `null` where it does. */
async function signatureTrouble(context: CommandContext, root: string, commit: string): Promise<string | null> {
  try {
    const policy = await (await loadOperatorSettings(process.env)).verifyFolder(root);
    if (policy !== null) await verifySigned(root, { commit, tag: null }, policy, context.signal);
    return null;
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof InvalidManifestsError) return renderDiagnostics(error.diagnostics, new Map(), context.render);
    if (error instanceof TrueupError) return renderFailure(error, context.render);
    throw error;
  }
}

function isTouched(file: string, changed: ReadonlySet<string> | undefined): boolean {
  return changed?.has(file) ?? true;
}

interface FollowedOne {
  readonly outcome: HookOutcome;
  readonly summary: string;
}

async function followOne(
  context: CommandContext,
  workspace: Workspace,
  opened: OpenedRevision,
  { name, planOnly }: { readonly name: string; readonly planOnly: boolean },
): Promise<FollowedOne> {
  try {
    const loading = { ...INPUTS, secrets: 'resolve' } as const;
    const { environment } = await loadFromRevision(workspace, name, opened, loading, context.signal);
    if (planOnly) return await planOne(context, workspace, environment);
    const why = await leftAlone(workspace, environment, Date.now());
    return why === null ? await changeOne(context, workspace, environment) : { outcome: 'failed', summary: why };
  } catch (error) {
    if (context.signal.aborted) return { outcome: 'cancelled', summary: 'given up for a newer commit' };
    if (!(error instanceof TrueupError)) throw error;
    const text =
      error instanceof InvalidManifestsError && hasErrors(error.diagnostics)
        ? renderDiagnostics(error.diagnostics, opened.texts, context.render)
        : renderFailure(error, context.render);
    return { outcome: 'failed', summary: text };
  }
}

async function planOne(
  context: CommandContext,
  workspace: Workspace,
  environment: DesiredEnvironment,
): Promise<FollowedOne> {
  const started = performance.now();
  await using planned = await planFlow(workspace, environment, planOptions({ drift: 'by_policy' }), context.signal);
  const { plan } = planned;
  const durationMs = Math.round(performance.now() - started);
  const file = await report(context, workspace, {
    kind: 'plan',
    id: ulid(),
    plan,
    document: planDocument(plan),
    durationMs,
  });
  const where = file === null ? '' : ` Report: ${file}`;
  return { outcome: plan.applyable ? 'planned' : 'failed', summary: `${planSummary(plan)}${where}` };
}

async function changeOne(
  context: CommandContext,
  workspace: Workspace,
  environment: DesiredEnvironment,
): Promise<FollowedOne> {
  const told: string[] = [];
  const telling: CommandContext = { ...context, print: (text) => told.push(text), complain: (text) => told.push(text) };
  const { status } = await change(telling, workspace, {
    command: 'trueup hook',
    environment,
    options: planOptions({ drift: 'by_policy' }),
    question: null,
    autoApprove: true,
    lockTimeoutMs: LOCK_TIMEOUT_MS,
  });
  const outcome = status === EXIT.done ? 'done' : status === EXIT.interrupted ? 'cancelled' : 'failed';
  const text = told.join('\n').trim();
  return { outcome, summary: outcome === 'done' ? (text.split('\n').at(-1) ?? '') : text };
}
