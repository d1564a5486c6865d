/**
 * Plans, diffs and parities in the formats that others display, as `plan`, `drift`, `diff` and `parity` print them: one document for
 * all environments.
 * No renderer is loaded unless its format is asked for. Like JSON they are printed with `--quiet` too.
 */
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { unwritableReason, writeOutputFile } from '../files/output-file.ts';
import type { DeclaredDiff } from '../model/declared-diff.ts';
import type { ConfigurationDiffReport } from '../model/parity.ts';
import type { Plan } from '../model/plan.ts';
import { InvalidManifestsError, TrueupError } from '../model/failure.ts';
import type { FindingsKind, FindingsReport, PlanFindingsKind } from '../report/formats/findings.ts';
import type { DriftLooks } from '../report/formats/findings-report.ts';
import { safeText } from '../report/safe-text.ts';
import type { CommandContext } from './context.ts';
import { trueupVersion } from './version.ts';
import { warnOfProblem } from './warnings.ts';

/** Beyond text and json. */
export const PLAN_FORMATS = ['markdown', 'sarif', 'junit', 'github'] as const;

type PlanFormat = (typeof PLAN_FORMATS)[number];

/** `--also sarif=plan.sarif`. */
export interface AlsoWritten {
  readonly format: PlanFormat;
  readonly file: string;
}

export interface FormatOptions {
  readonly also: readonly AlsoWritten[];
}

/** One run for several readers: the same document in other formats, each in a file. */
export function addFormatOptions(command: Command): Command {
  const description = `also write it to a file in another format (${PLAN_FORMATS.join(', ')}); may be repeated`;
  return command.option('--also <format=file>', description, collectAlso, []);
}

function collectAlso(value: string, previous: readonly AlsoWritten[]): readonly AlsoWritten[] {
  const equals = value.indexOf('=');
  const format = PLAN_FORMATS.find((known) => known === value.slice(0, Math.max(equals, 0)));
  const file = value.slice(equals + 1);
  if (format === undefined || file === '') {
    throw new InvalidArgumentError(`write it as format=file; formats: ${PLAN_FORMATS.join(', ')}`);
  }
  const same = previous.find((other) => resolve(other.file) === resolve(file));
  if (same !== undefined)
    throw new InvalidArgumentError(`${file} is written as ${same.format} already; name another file`);
  return [...previous, { format, file }];
}

export type PrintedPlans = FormatOptions & DriftLooks;

/** Prints the one document where such a format is asked for, writes it where files are, and does nothing otherwise. */
export async function printPlans(
  context: CommandContext,
  kind: PlanFindingsKind,
  plans: readonly Plan[],
  { also, ...looks }: PrintedPlans,
): Promise<void> {
  await deliver(context, also, async () => {
    const { findingsReport } = await import('../report/formats/findings-report.ts');
    return findingsReport(kind, plans, context.mask, looks);
  });
}

/** As `printPlans`, of two revisions. */
export async function printDiff(context: CommandContext, diff: DeclaredDiff, { also }: FormatOptions): Promise<void> {
  await deliver(context, also, async () => {
    const { diffReport } = await import('../report/formats/findings-report.ts');
    return diffReport(diff, context.mask);
  });
}

/** As `printPlans`, of pairs of environments. */
export async function printParity(
  context: CommandContext,
  reports: readonly ConfigurationDiffReport[],
  { also }: FormatOptions,
): Promise<void> {
  await deliver(context, also, async () => {
    const { parityReport } = await import('../report/formats/findings-report.ts');
    return parityReport(reports, context.mask);
  });
}

/**
 * Runs what plans. Where the manifests have mistakes these are the findings of the document; the error is told as
 * always, and decides about the exit status.
 */
export async function withMistakesPrinted<Result>(
  context: CommandContext,
  kind: FindingsKind,
  { also }: FormatOptions,
  planning: () => Promise<Result>,
): Promise<Result> {
  try {
    return await planning();
  } catch (error) {
    if (error instanceof InvalidManifestsError) {
      await deliver(context, also, async () => {
        const { mistakesReport } = await import('../report/formats/findings-report.ts');
        return mistakesReport(kind, error.diagnostics, context.mask, sideOf(error));
      }).catch((failure: unknown) => {
        if (!(failure instanceof TrueupError)) throw failure;
        warnOfProblem(context, failure);
      });
    }
    throw error;
  }
}

/** Of a commit that was asked for the revision is said, too; the working tree is what everybody has before him. */
function sideOf({ side, readFrom }: InvalidManifestsError): InvalidManifestsError['side'] {
  if (side !== null || readFrom === null) return side;
  return { revision: { commit: readFrom.commit, dirty: false }, isShown: true };
}

function formatOf({ output }: CommandContext): PlanFormat | null {
  return PLAN_FORMATS.find((format) => format === output) ?? null;
}

/** What is printed comes first, and every file is tried: who misses one file has all the rest. Rejects with what failed. */
async function deliver(
  context: CommandContext,
  also: readonly AlsoWritten[],
  reportOf: () => Promise<FindingsReport>,
): Promise<void> {
  const printed = formatOf(context);
  if (printed === null && also.length === 0) return;
  const report = await reportOf();
  const text = printed === null ? '' : await rendered(printed, report);
  if (text !== '') context.stdout.write(`${text}\n`);
  const failures: TrueupError[] = [];
  for (const { format, file } of also) {
    const failure = await writeDocument(context, file, await rendered(format, report));
    if (failure !== null) failures.push(failure);
  }
  throwAll(failures);
}

/** The first decides; the others are told with it. */
function throwAll([first, ...others]: readonly TrueupError[]): void {
  if (first === undefined) return;
  if (others.length === 0) throw first;
  const message = [first, ...others].map((failure) => failure.message).join('; ');
  const next = first.next === null ? {} : { next: first.next };
  throw new TrueupError(first.code, message, { cause: first, fields: first.fields, ...next });
}

/** Relative to the folder of the command, as `--out` is. Resolves with what failed. */
async function writeDocument({ directory }: CommandContext, file: string, text: string): Promise<TrueupError | null> {
  try {
    await writeOutputFile(resolve(directory, file), text === '' ? '' : `${text}\n`);
    return null;
  } catch (cause) {
    const reason = safeText(unwritableReason(cause));
    return new TrueupError('report_unwritable', `${safeText(file)} cannot be written: ${reason}`, {
      cause,
      fields: { path: file },
      next: 'choose another file with `--also FORMAT=FILE`',
    });
  }
}

async function rendered(format: PlanFormat, report: FindingsReport): Promise<string> {
  switch (format) {
    case 'markdown':
      return (await import('../report/formats/markdown/markdown.ts')).renderMarkdown(report);
    case 'sarif': {
      const { sarifDocument } = await import('../report/formats/sarif/sarif.ts');
      return JSON.stringify(sarifDocument(report, trueupVersion()), null, 2);
    }
    case 'junit':
      return (await import('../report/formats/junit.ts')).renderJunit(report);
    case 'github':
      return (await import('../report/formats/workflow-commands.ts')).renderWorkflowCommands(report);
    default:
      return format satisfies never;
  }
}
