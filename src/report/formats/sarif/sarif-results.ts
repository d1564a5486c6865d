/** Findings as SARIF results: one for each difference, at the manifest line where the desired value stands. */
import { createHash } from 'node:crypto';
import type { Severity } from '../../../model/change.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { SourceRange } from '../../../model/source.ts';
import { fieldWords } from '../field-line.ts';
import type { EnvironmentFindings, Finding, FindingsKind, Remark } from '../findings.ts';

export interface SarifResult {
  readonly severity: Severity;
  readonly rule: string;
  readonly json: JsonObject;
}

const LEVELS: Readonly<Record<Severity, string>> = {
  critical: 'error',
  error: 'error',
  warning: 'warning',
  info: 'note',
};

export function environmentResults(environment: EnvironmentFindings, kind: FindingsKind): readonly SarifResult[] {
  const { findings, remarks, file } = environment;
  return [
    ...findings.flatMap((finding) => findingResults(finding, environment, kind)),
    ...remarkResults(remarks, { within: environment.environment, file }),
  ];
}

export function remarkResults(
  remarks: readonly Remark[],
  { within, file }: { readonly within: string; readonly file: string | null },
): readonly SarifResult[] {
  return remarks.flatMap(({ rule, level, text, source, lastSource = null, fields = [] }) => {
    if (level === 'told' || level === 'info') return [];
    const about = [text, fields.map(fieldWords).join('; ')].filter((part) => part !== '').join(': ');
    const told = within === '' ? about : `${within}: ${about}`;
    const place = source ?? lastSource;
    return [resultOf({ rule, severity: level, text: told, source: place, file, identity: [within, text] })];
  });
}

/** What is created, removed or restarted as a whole is one result; what differs is one for each field. */
function findingResults(
  finding: Finding,
  environment: EnvironmentFindings,
  kind: FindingsKind,
): readonly SarifResult[] {
  const { address, name, what, why, fields, consequences, severity, rule } = finding;
  const { environment: within, file } = environment;
  const who = `${within}/${address}`;
  const because = fields.length > 0 || why === '' ? '' : ` (${why})`;
  const after = consequences.length === 0 ? '' : ` ${sentence(consequences.join('; '))}`;
  const identity = [kind, within, address, name];
  if (fields.length === 0) {
    const text = `${who} ${what}${because}.${after}`;
    const source = finding.source ?? finding.lastSource ?? null;
    return [resultOf({ rule, severity, text, source, file, identity })];
  }
  return fields.map((field) => {
    const text = `${who} ${what}: ${fieldWords(field)}.${after}`;
    const source = field.source ?? finding.source ?? finding.lastSource ?? null;
    // Its data may be lost for a field that is of little weight by itself.
    const worst = finding.losesData ? 'critical' : field.severity;
    return resultOf({ rule: field.rule, severity: worst, text, source, file, identity: [...identity, field.field] });
  });
}

interface ResultParts {
  readonly rule: string;
  readonly severity: Severity;
  readonly text: string;
  readonly source: SourceRange | null;
  /** Where it is shown when it stands nowhere: a result without a place is not shown at all. */
  readonly file: string | null;
  readonly identity: readonly string[];
}

function resultOf({ rule, severity, text, source, file, identity }: ResultParts): SarifResult {
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([rule, ...identity]))
    .digest('hex');
  const json: JsonObject = {
    ruleId: rule,
    level: LEVELS[severity],
    message: { text: plainMessage(text) },
    locations: source === null && file === null ? [] : [locationOf(source, file ?? '')],
    // The same finding of the next commit is the same alert, whatever its values are then. GitHub reads this name alone.
    partialFingerprints: { primaryLocationLineHash: `${fingerprint.slice(0, 16)}:1`, 'trueup/v1': fingerprint },
    properties: { severity },
  };
  return { severity, rule, json };
}

function locationOf(source: SourceRange | null, file: string): JsonObject {
  const path = source?.file ?? file;
  const isAbsolute = path.startsWith('/');
  const artifact = {
    uri: `${isAbsolute ? 'file://' : ''}${uriOf(path)}`,
    ...(isAbsolute ? {} : { uriBaseId: 'SRCROOT' }),
  };
  return {
    physicalLocation: { artifactLocation: artifact, region: source === null ? { startLine: 1 } : regionOf(source) },
  };
}

function regionOf({ start, end }: SourceRange): JsonObject {
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

function uriOf(path: string): string {
  return path
    .split('/')
    .map((segment) => encodeURIComponent(segment.toWellFormed()))
    .join('/');
}

/** SARIF reads `[text](place)` as a link and `{0}` as a placeholder in plain text too. */
function plainMessage(text: string): string {
  return text.replace(/[\\[\]]/g, String.raw`\$&`).replace(/\{(\d+)\}/g, '{{$1}}');
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
