/** The sides of a parity as a command line names them, loaded, and what is wrong with any of them. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type LoadedSide, loadSides, type SidesRequest } from '../flow/parity/load-sides.ts';
import type { SideParts } from '../flow/parity/side-parts.ts';
import { type SideWord, sideWord } from '../flow/parity/side-word.ts';
import type { Workspace } from '../flow/workspace.ts';
import { openRepositoryToRead } from '../git/bare-repository.ts';
import { type Diagnostic, sortDiagnostics } from '../model/diagnostic.ts';
import { InvalidManifestsError, TrueupError } from '../model/failure.ts';
import type { ComparisonMode } from '../model/parity.ts';
import { safeText } from '../report/safe-text.ts';
import type { CommandContext } from './context.ts';
import { diagnosticsText } from './diagnostics.ts';
import type { InputOptions } from './options.ts';
import { noteUnpinned } from './revisions.ts';
import { revisionWorkspace } from './revision-workspace.ts';
import { loadOptions } from './selecting.ts';
import { warnOfProblem } from './warnings.ts';

export interface SidesOptions extends InputOptions {
  readonly mode: ComparisonMode;
  /** Compare what mistakes do not touch. */
  readonly keepGoing?: boolean;
  /** Of several something is left even where one cannot be compared at all. */
  readonly matrix?: boolean;
}

export interface OpenedSides {
  readonly workspace: Workspace;
  /** What they were loaded by. */
  readonly request: SidesRequest;
  /** In the order of the words, without those of which nothing can be compared. */
  readonly sides: readonly SideParts[];
  /** Those of them that have mistakes, by label: what these touch is unknown. Empty but for `keepGoing`. */
  readonly partial: readonly string[];
  /** Of what nothing can be compared, by label; empty but for `keepGoing`. */
  readonly invalid: readonly string[];
  readonly isBare: boolean;
  /** How long it took. */
  readonly loadingMs: number;
}

/** Throws InvalidManifestsError for mistakes, once it has said which side has them. Two words may mean one side. */
export async function openSides(
  context: CommandContext,
  words: readonly string[],
  options: SidesOptions,
): Promise<OpenedSides> {
  const started = performance.now();
  const meant = words.map((word) => sideWord(word, (path) => isFile(context, path)));
  const opened = await workspaceFor(context, meant);
  const { mode } = options;
  const { secrets: _left, ...inputs } = loadOptions(options, 'leave');
  const request = { words: meant, mode, inputs, directory: context.directory, now: new Date().toISOString() };
  const loaded = await loadSides(opened.workspace, request, context.signal);
  await tellMistakes(
    context,
    loaded.filter((side) => side.status === 'invalid'),
    options,
  );
  const valid = loaded.filter((side) => side.status === 'loaded');
  for (const problem of valid.flatMap(({ problems }) => problems)) warnOfProblem(context, problem);
  noteUnpinned(context, [...new Set(valid.flatMap(({ unpinned }) => unpinned))]);
  const labelsOf = (isMeant: (side: LoadedSide) => boolean): readonly string[] =>
    loaded.flatMap((side) => (side.status === 'invalid' && isMeant(side) ? [side.label] : []));
  return {
    ...opened,
    request,
    sides: loaded.flatMap((side) => partsOf(side) ?? []),
    partial: labelsOf((side) => partsOf(side) !== null),
    invalid: labelsOf((side) => partsOf(side) === null),
    loadingMs: performance.now() - started,
  };
}

/** `null` where nothing can be compared. */
function partsOf(side: LoadedSide): SideParts | null {
  return side.status === 'loaded' ? side.parts : side.partial;
}

export function isFile({ directory }: CommandContext, path: string): boolean {
  return statSync(resolve(directory, path), { throwIfNoEntry: false })?.isFile() === true;
}

/** Where nothing but commits and files are meant, a bare repo will do. */
async function workspaceFor(
  context: CommandContext,
  words: readonly SideWord[],
): Promise<Pick<OpenedSides, 'workspace' | 'isBare'>> {
  const repository = await openRepositoryToRead(context.directory, context.signal);
  const first = words.find((word) => word.kind === 'revision');
  const opened = await revisionWorkspace(context, 'read', first?.revision ?? 'HEAD', repository);
  const here = words.find((word) => word.kind === 'environment');
  if (!opened.isBare || here === undefined) return opened;
  throw new TrueupError('usage', `a bare repository has no working tree that could declare "${here.name}"`, {
    next: `name the revision too: \`${here.name}@HEAD\``,
  });
}

type InvalidSide = Extract<LoadedSide, { status: 'invalid' }>;

/** Says which, and where. Unless the rest is to be compared, throws the mistakes of the first, and of all that are read from there. */
async function tellMistakes(
  context: CommandContext,
  invalid: readonly InvalidSide[],
  { keepGoing = false, matrix = false, mode }: SidesOptions,
): Promise<void> {
  const stuck = keepGoing ? invalid.filter(({ partial }) => partial === null) : invalid;
  const [first] = matrix && keepGoing ? [] : stuck;
  const from = first?.error.readFrom?.commit;
  const thrown = first === undefined ? [] : stuck.filter(({ error }) => error.readFrom?.commit === from);
  for (const side of invalid.filter((one) => !thrown.includes(one))) {
    const { label, error } = side;
    const errors = error.diagnostics.filter(({ severity }) => severity === 'error');
    const lines = await diagnosticsText(errors, context.directory, context.renderError, error.readFrom);
    context.note(`${safeText(label)} has mistakes:\n${lines}`);
  }
  if (first === undefined) return;
  const labels = [...new Set(thrown.map(({ label }) => safeText(label)))].join(' and ');
  const isLeft = !keepGoing && invalid.every(({ partial }) => partial !== null);
  const whyNothing =
    mode === 'runtime'
      ? 'what runs is looked at through manifests without mistakes'
      : 'the mistakes are of it as a whole';
  const hint = isLeft ? ' (`--keep-going` compares what they do not touch)' : '';
  context.note(
    keepGoing
      ? `Nothing of ${labels} can be compared: ${whyNothing}:`
      : `Mistakes in ${labels} keep them from being compared${hint}:`,
  );
  throw new InvalidManifestsError(distinct(thrown), first.error.readFrom);
}

/** What both inherit is a mistake of both, and told once. */
function distinct(sides: readonly InvalidSide[]): readonly Diagnostic[] {
  const all = sides.flatMap(({ error }) => error.diagnostics);
  return sortDiagnostics([...new Map(all.map((item) => [JSON.stringify(item), item] as const)).values()]);
}
