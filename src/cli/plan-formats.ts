/**
 * Plans, diffs and parities in the formats that others display, as `plan`, `drift`, `diff` and `parity` print them: one document for
 * all environments. Like JSON they are printed with `--quiet` too.
 */
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { JsonObject } from '../model/json.ts';
import type { DeclaredDiff } from '../model/declared-diff.ts';
import type { ConfigurationDiffReport } from '../model/parity.ts';
import type { Plan } from '../model/plan.ts';
import { InvalidManifestsError, TrueupError } from '../model/failure.ts';
import type { FindingsKind, FindingsReport, PlanFindingsKind } from '../report/formats/findings.ts';
import type { DriftLooks } from '../report/formats/findings-report.ts';
import type { CommandContext } from './context.ts';
import { type AlsoWritten, deliver, type Format, PLAN_FORMATS } from './delivering.ts';
import { warnOfProblem } from './warnings.ts';

export interface FormatOptions {
  readonly also: readonly AlsoWritten[];
}

/** One run for several readers: the same document in other formats, each in a file. */
export function addFormatOptions(command: Command, formats: readonly Format[] = PLAN_FORMATS): Command {
  const description = `also write it to a file in another format (${formats.join(', ')}); may be repeated`;
  const collect = (value: string, previous: readonly AlsoWritten[]): readonly AlsoWritten[] =>
    collectAlso(value, previous, formats);
  return command.option('--also <format=file>', description, collect, []);
}

function collectAlso(
  value: string,
  previous: readonly AlsoWritten[],
  formats: readonly Format[],
): readonly AlsoWritten[] {
  const equals = value.indexOf('=');
  const format = formats.find((known) => known === value.slice(0, Math.max(equals, 0)));
  const file = value.slice(equals + 1);
  if (format === undefined || file === '') {
    throw new InvalidArgumentError(`write it as format=file; formats: ${formats.join(', ')}`);
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
  await deliver(context, also, {
    async findings() {
      const { findingsReport } = await import('../report/formats/findings-report.ts');
      return findingsReport(kind, plans, context.mask, looks);
    },
    page: noPage,
  });
}

/** As `printPlans`, of two revisions. */
export async function printDiff(context: CommandContext, diff: DeclaredDiff, { also }: FormatOptions): Promise<void> {
  await deliver(context, also, {
    async findings() {
      const { diffReport } = await import('../report/formats/findings-report.ts');
      return diffReport(diff, context.mask);
    },
    page: noPage,
  });
}

/** What a page of a parity is made from: public documents alone. */
export interface ParityPageParts {
  readonly document: JsonObject;
  /** That of how it went on; `null` where nobody knows. */
  readonly history: JsonObject | null;
}

/** As `printPlans`, of pairs of environments. `parts` are asked for where a page is. */
export async function printParity(
  context: CommandContext,
  reports: readonly ConfigurationDiffReport[],
  parts: () => Promise<ParityPageParts>,
  { also }: FormatOptions,
): Promise<void> {
  await deliver(context, also, {
    async findings() {
      const { parityReport } = await import('../report/formats/findings-report.ts');
      return parityReport(reports, context.mask);
    },
    page: () => pageOf(context, parts),
  });
}

/** A document of which there is a page and nothing else of the kind. */
export async function printPage(context: CommandContext, document: JsonObject, { also }: FormatOptions): Promise<void> {
  const parts = { document, history: null };
  await deliver(context, also, { findings: noFindings, page: () => pageOf(context, async () => parts) });
}

async function pageOf(context: CommandContext, parts: () => Promise<ParityPageParts>): Promise<string> {
  const { documentPage } = await import('../report/page/document-page.ts');
  const { document, history } = await parts();
  return documentPage(document, { mask: context.mask, history });
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
      const findings = async (): Promise<FindingsReport> => {
        const { mistakesReport } = await import('../report/formats/findings-report.ts');
        return mistakesReport(kind, error.diagnostics, context.mask, sideOf(error));
      };
      const page = async (): Promise<string> => {
        const { mistakesPage } = await import('../report/page/mistakes-page.ts');
        return mistakesPage(await findings());
      };
      await deliver(context, also, { findings, page }).catch((failure: unknown) => {
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

/** The options offer no such format. */
function noPage(): Promise<string> {
  throw new Error('there is a page of its report');
}

function noFindings(): Promise<FindingsReport> {
  throw new Error('it has no findings');
}
