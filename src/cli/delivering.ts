/**
 * Documents in the formats that others display: printed, and written to the files that somebody named. No renderer is loaded unless its
 * format is asked for, and nothing is made for a format that nobody wants.
 */
import { resolve } from 'node:path';
import { unwritableReason, writeOutputFile } from '../files/output-file.ts';
import { TrueupError } from '../model/failure.ts';
import type { FindingsReport } from '../report/formats/findings.ts';
import { safeText } from '../report/safe-text.ts';
import type { CommandContext } from './context.ts';
import { trueupVersion } from './version.ts';

/** Beyond text and json. */
export const PLAN_FORMATS = ['markdown', 'sarif', 'junit', 'github'] as const;

/** A page of a plan is of one environment, and made of its report; a page of a parity is of all that is compared. */
export const PARITY_FORMATS = ['markdown', 'sarif', 'junit', 'github', 'html'] as const;

type FindingsFormat = (typeof PLAN_FORMATS)[number];
export type Format = (typeof PARITY_FORMATS)[number];

/** `--also sarif=plan.sarif`. */
export interface AlsoWritten {
  readonly format: Format;
  readonly file: string;
}

function formatOf({ output }: CommandContext): Format | null {
  return PARITY_FORMATS.find((format) => format === output) ?? null;
}

/** What is told, in either of the two shapes that formats are made from. */
export interface Told {
  findings(): Promise<FindingsReport>;
  page(): Promise<string>;
}

/** What is printed comes first, and every file is tried: who misses one file has all the rest. Rejects with what failed. */
export async function deliver(context: CommandContext, also: readonly AlsoWritten[], told: Told): Promise<void> {
  const printed = formatOf(context);
  const wanted = [...(printed === null ? [] : [printed]), ...also.map(({ format }) => format)];
  if (wanted.length === 0) return;
  const texts = new Map(await textsOf(wanted, told));
  const text = printed === null ? '' : (texts.get(printed) ?? '');
  if (text !== '') context.stdout.write(`${text}\n`);
  const failures: TrueupError[] = [];
  for (const { format, file } of also) {
    const failure = await writeDocument(context, file, texts.get(format) ?? '');
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

/** Each format once. */
async function textsOf(formats: readonly Format[], told: Told): Promise<readonly (readonly [Format, string])[]> {
  const distinct = [...new Set(formats)];
  const findings = distinct.some((format) => format !== 'html') ? await told.findings() : null;
  const texts: (readonly [Format, string])[] = [];
  for (const format of distinct) {
    if (format === 'html') texts.push([format, (await told.page()).trimEnd()]);
    else if (findings !== null) texts.push([format, await rendered(format, findings)]);
  }
  return texts;
}

async function rendered(format: FindingsFormat, report: FindingsReport): Promise<string> {
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
