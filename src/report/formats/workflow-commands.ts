/**
 * Findings as workflow commands, which GitHub shows as annotations on manifest lines. A step may have ten of each kind and a
 * job fifty: what is more is counted in the last notice. No value can begin a command of its own, because every line break
 * is escaped, and every line begins with a command of ours.
 */
import type { Severity } from '../../model/change.ts';
import type { SourceRange } from '../../model/source.ts';
import { safeText, shorten } from '../safe-text.ts';
import { countList } from '../words.ts';
import { fieldLine } from './field-line.ts';
import type { EnvironmentFindings, FieldFinding, Finding, FindingsReport, Remark } from './findings.ts';
import { bySeverity } from './severity-order.ts';

const MOST_OF_A_KIND = 10;
const MOST_FIELDS = 10;
const LONGEST_TITLE = 160;
const LONGEST_MESSAGE = 4000;

type Command = 'error' | 'warning' | 'notice';

const COMMANDS: readonly Command[] = ['error', 'warning', 'notice'];

const COMMAND_OF: Readonly<Record<Severity, Command>> = {
  critical: 'error',
  error: 'error',
  warning: 'warning',
  info: 'notice',
};

interface Annotation {
  readonly severity: Severity;
  readonly title: string;
  readonly lines: readonly string[];
  readonly source: SourceRange | null;
}

/** Empty where there is nothing to annotate. */
export function renderWorkflowCommands({ environments, mistakes }: FindingsReport): string {
  const annotations = [
    ...mistakes.flatMap((remark) => remarkAnnotation(remark, '')),
    ...environments.flatMap(environmentAnnotations),
  ].toSorted((left, right) => bySeverity(left.severity, right.severity));
  const ofKind = COMMANDS.map((command) => annotations.filter(({ severity }) => COMMAND_OF[severity] === command));
  const isCut = ofKind.some((list) => list.length > MOST_OF_A_KIND);
  const shown = ofKind.map((list, index) => list.slice(0, roomFor(COMMANDS[index] ?? 'notice', isCut)));
  const cut = ofKind.map((list, index) => [list.length - (shown[index]?.length ?? 0), COMMANDS[index] ?? ''] as const);
  const lines = shown.flat().map((annotation) => commandLine(COMMAND_OF[annotation.severity], annotation));
  return isCut ? [...lines, cutLine(cut)].join('\n') : lines.join('\n');
}

/** Where something is cut, the count of it is a notice as well. */
function roomFor(command: Command, isCut: boolean): number {
  return command === 'notice' && isCut ? MOST_OF_A_KIND - 1 : MOST_OF_A_KIND;
}

function cutLine(cut: readonly (readonly [count: number, word: string])[]): string {
  const total = cut.reduce((sum, [count]) => sum + count, 0);
  const message = `${total} more of trueup's findings are not annotated, since GitHub shows ten of each kind: ${countList(cut)}`;
  return `::notice title=trueup::${escapeData(message)}`;
}

function environmentAnnotations({ environment, findings, remarks }: EnvironmentFindings): readonly Annotation[] {
  return [
    ...findings.map((finding) => findingAnnotation(finding, environment)),
    ...remarks.flatMap((remark) => remarkAnnotation(remark, environment)),
  ];
}

function findingAnnotation(finding: Finding, environment: string): Annotation {
  const { address, what, why, fields, sets, consequences, severity } = finding;
  return {
    severity,
    title: `${environment}/${address} ${what}`,
    lines: [why, ...consequences, ...fieldLines(fields), ...sets].filter((line) => line !== ''),
    source: fields.find(({ source }) => source !== null)?.source ?? finding.source,
  };
}

function fieldLines(fields: readonly FieldFinding[]): readonly string[] {
  const more = fields.length - MOST_FIELDS;
  return [...fields.slice(0, MOST_FIELDS).map(fieldLine), ...(more > 0 ? [`and ${more} more differences`] : [])];
}

function remarkAnnotation(
  { rule, level, text, source, fields = [] }: Remark,
  environment: string,
): readonly Annotation[] {
  if (level === 'told') return [];
  const title = environment === '' ? `trueup: ${rule}` : `${environment}: ${rule}`;
  return [{ severity: level, title, lines: [text, ...fieldLines(fields)], source }];
}

function commandLine(command: Command, { title, lines, source }: Annotation): string {
  const place = source === null ? [] : placeProperties(source);
  const properties = [...place, `title=${escapeProperty(shorten(title, LONGEST_TITLE))}`];
  const message = lines.length === 0 ? title : lines.join('\n');
  return `::${command} ${properties.join(',')}::${escapeData(cutTo(message, LONGEST_MESSAGE))}`;
}

/** Columns belong to annotations of a single line only. */
function placeProperties({ file, start, end }: SourceRange): readonly string[] {
  const lines = [`file=${escapeProperty(safeText(file))}`, `line=${start.line}`, `endLine=${end.line}`];
  return start.line === end.line ? [...lines, `col=${start.column}`, `endColumn=${end.column}`] : lines;
}

function cutTo(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length).toWellFormed()}…` : text;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
