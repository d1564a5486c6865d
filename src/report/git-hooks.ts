/** The git hooks of a clone for people and machines: what is installed, what is missing, and what the last one led to. */
import type { JsonObject } from '../model/json.ts';
import { painter, type Tone } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { safeLines, safeText } from './safe-text.ts';
import { type Column, renderTable } from './table.ts';

const FORMAT_VERSION = '1.0';

type State = 'installed' | 'missing' | 'changed';

export interface GitHookRow {
  readonly hook: string;
  readonly path: string;
  readonly state: State;
  readonly kept: string | null;
  readonly runsKept: boolean;
}

export interface GitHooksReport {
  readonly mode: 'apply' | 'plan_only' | null;
  readonly folder: string;
  /** Where they were installed, where git runs hooks from elsewhere now. */
  readonly installed_folder: string | null;
  readonly hooks: readonly GitHookRow[];
  readonly launcher: State;
  /** What the launcher starts: `null` where nothing is installed. */
  readonly runtime: string | null;
  readonly command: string | null;
  readonly gone: readonly string[];
  readonly log: string;
  /** What the last runner said that could not begin; `null` where none did. */
  readonly trouble: string | null;
  readonly last: {
    readonly at: string;
    readonly hook: string;
    readonly commit: string | null;
    readonly plan_only: boolean;
    readonly duration_ms: number;
    readonly error: string | null;
    readonly handed_to: string | null;
    readonly environments: readonly { readonly name: string; readonly outcome: string; readonly summary: string }[];
  } | null;
}

/** The public JSON (schemas/hook.json). */
export function gitHooksDocument(report: GitHooksReport): JsonObject {
  const { hooks, last, ...rest } = report;
  return {
    format_version: FORMAT_VERSION,
    installed: isInstalled(report),
    ...rest,
    hooks: hooks.map(({ hook, path, state, kept }) => ({ hook, path, state, kept })),
    last: last === null ? null : { ...last, environments: last.environments.map((one) => ({ ...one })) },
  };
}

/** Whether all of it is as `trueup hook install` makes it. */
function isInstalled({ hooks, launcher, gone }: GitHooksReport): boolean {
  return launcher === 'installed' && gone.length === 0 && hooks.every(({ state }) => state === 'installed');
}

const TONES: Readonly<Record<State, Tone>> = { installed: 'good', missing: 'warning', changed: 'warning' };

export function renderGitHooks(report: GitHooksReport, options: RenderOptions): string {
  const paint = painter(options.color);
  const columns: readonly Column<GitHookRow>[] = [
    { title: 'HOOK', rank: 0, cell: ({ hook }) => hook },
    {
      title: 'STATE',
      rank: 0,
      cell: ({ state }) => stateWords(state),
      paint: (text, { state }) => paint(TONES[state], text),
    },
    { title: 'FILE', rank: 1, shrinks: true, cell: ({ path }) => safeText(path) },
    {
      title: 'RUNS AFTER IT',
      rank: 2,
      shrinks: true,
      cell: ({ kept, runsKept }) => safeText(`${kept ?? ''}${kept === null || runsKept ? '' : ' (switched off)'}`),
    },
  ];
  return [
    renderTable(columns, report.hooks, options.width),
    ...adviceOn(report),
    ...troubleOf(report),
    ...lastOf(report),
  ].join('\n');
}

function stateWords(state: State): string {
  return state === 'changed' ? 'changed by hand' : state;
}

function adviceOn(report: GitHooksReport): readonly string[] {
  const { mode, folder, installed_folder: other, launcher, gone, hooks } = report;
  if (launcher === 'missing' && hooks.every(({ state }) => state === 'missing')) {
    return ['Nothing is installed; `trueup hook install` does it.'];
  }
  const lines: string[] = [];
  if (mode !== null)
    lines.push(
      mode === 'plan_only' ? 'They write plans, and change nothing.' : 'They reconcile what a commit changes.',
    );
  if (other !== null)
    lines.push(`They were installed in ${safeText(other)}; git now runs hooks from ${safeText(folder)}.`);
  if (launcher !== 'installed') lines.push(`The launcher, which they call, is ${stateWords(launcher)}.`);
  for (const path of gone) lines.push(`${safeText(path)}, which the launcher starts, is gone.`);
  if (!isInstalled(report)) lines.push('`trueup hook install` mends it.');
  return lines;
}

function troubleOf({ trouble }: GitHooksReport): readonly string[] {
  if (trouble === null) return [];
  return ['', 'What the last hook started could not begin:', ...safeLines(trouble).map((line) => `  ${line}`)];
}

function lastOf({ last, log }: GitHooksReport): readonly string[] {
  if (last === null) return [];
  const { at, hook, commit, error, handed_to: handed, environments } = last;
  const what = `Last: ${safeText(hook)} at ${safeText(commit?.slice(0, 12) ?? '?')}, ${safeText(at)}`;
  const lines = [
    ...(error === null ? [] : safeLines(`failed: ${error}`)),
    ...environments.flatMap(({ name, outcome, summary }) => safeLines(`${name}: ${outcome}: ${summary}`)),
    ...(handed === null ? [] : [safeText(`left to ${handed}, which serves this repo`)]),
    ...(error === null && handed === null && environments.length === 0 ? ['no environment was concerned'] : []),
  ];
  return ['', what, ...lines.map((line) => `  ${line}`), `  Log: ${safeText(log)}`];
}
