/**
 * Findings as JUnit XML, in the part of it that GitLab and the reporters of GitHub read: a suite for each environment, a
 * failing test case for each resource that differs, an error for what forbids to go on, a skipped one for what is left as
 * it is. GitLab knows a test case by class and name, and takes the first of two that are equal: so none are.
 */
import type { SourceRange } from '../../model/source.ts';
import { plural } from '../words.ts';
import { fieldLine } from './field-line.ts';
import type { EnvironmentFindings, Finding, FindingsReport, Remark } from './findings.ts';
import { placeText } from './place-text.ts';
import { xmlText } from '../xml-text.ts';

type Outcome = 'passed' | 'failure' | 'error' | 'skipped';

interface TestCase {
  readonly name: string;
  readonly outcome: Outcome;
  /** What went wrong, in one line. */
  readonly message: string;
  readonly type: string;
  readonly lines: readonly string[];
  readonly source: SourceRange | null;
}

interface Suite {
  readonly name: string;
  /** What is worth a word and is no test: how much is managed, what was not compared. */
  readonly properties: readonly Remark[];
  readonly cases: readonly TestCase[];
}

export function renderJunit({ kind, environments, mistakes }: FindingsReport): string {
  const suites: Suite[] = [
    ...(mistakes.length > 0
      ? [{ name: `trueup.${kind}`, properties: [], cases: distinct(mistakes.map(remarkCase)) }]
      : []),
    ...distinct(
      environments.map((environment) => ({
        name: `trueup.${kind}.${environment.environment}`,
        properties: environment.remarks.filter(({ level }) => level === 'info'),
        cases: casesOf(environment),
      })),
    ),
  ];
  // Some readers take a document without a single test case for a mistake.
  if (suites.length === 0) suites.push({ name: `trueup.${kind}`, properties: [], cases: [restCase(null, true)] });
  // Of all suites together the schema of JUnit has no count of what was skipped.
  const { skipped: _skipped, ...sums } = totals(suites.flatMap(({ cases }) => cases));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: `trueup ${kind}`, ...sums, time: '0' })}>`,
    ...suites.flatMap(suiteXml),
    '</testsuites>',
  ].join('\n');
}

function casesOf(environment: EnvironmentFindings): readonly TestCase[] {
  const { findings, remarks, unchanged, isWhole } = environment;
  const tested = remarks.filter(({ level }) => level !== 'info');
  return distinct([...findings.map(findingCase), ...tested.map(remarkCase), restCase(unchanged, isWhole)]);
}

function restCase(unchanged: number | null, isWhole: boolean): TestCase {
  return {
    name: 'everything else',
    outcome: isWhole ? 'passed' : 'skipped',
    message: isWhole ? '' : 'Not everything could be compared',
    type: 'unchanged',
    lines: [unchanged === null ? 'declared alike' : `${plural(unchanged, 'resource')} as declared`],
    source: null,
  };
}

function findingCase(finding: Finding): TestCase {
  const { address, what, why, fields, sets, consequences, rule, severity, source } = finding;
  return {
    name: address,
    outcome: 'failure',
    message: `${what}${why === '' ? '' : ` (${why})`}`,
    type: rule,
    lines: [
      `severity: ${severity}`,
      ...consequences,
      ...fields.map(fieldLine),
      ...sets,
      ...(source === null ? [] : [placeText(source)]),
    ],
    source: source ?? fields.find(({ source: place }) => place !== null)?.source ?? null,
  };
}

function remarkCase({ rule, level, text, source, fields = [] }: Remark): TestCase {
  const outcome = level === 'error' ? 'error' : 'skipped';
  const lines = [...fields.map(fieldLine), ...(source === null ? [] : [placeText(source)])];
  return { name: `${rule}: ${text}`, outcome, message: text, type: rule, lines, source };
}

/** Equal names get a number, so that none stands for another: what is shortened can come to the same. */
function distinct<Named extends { readonly name: string }>(items: readonly Named[]): readonly Named[] {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const count = (seen.get(item.name) ?? 0) + 1;
    seen.set(item.name, count);
    return count === 1 ? item : { ...item, name: `${item.name} #${count}` };
  });
}

function suiteXml({ name, properties, cases }: Suite): readonly string[] {
  return [
    `  <testsuite${attributes({ name, ...totals(cases), time: '0' })}>`,
    ...propertiesXml(properties),
    ...cases.flatMap((item) => caseXml(name, item)),
    '  </testsuite>',
  ];
}

function propertiesXml(properties: readonly Remark[]): readonly string[] {
  if (properties.length === 0) return [];
  const items = properties.map(({ rule, text }) => `      <property${attributes({ name: rule, value: text })}/>`);
  return ['    <properties>', ...items, '    </properties>'];
}

function caseXml(suite: string, { name, outcome, message, type, lines, source }: TestCase): readonly string[] {
  const place = source === null ? {} : { file: source.file, line: String(source.start.line) };
  const head = `    <testcase${attributes({ classname: suite, name, ...place, time: '0' })}`;
  if (outcome === 'passed')
    return [`${head}>`, `      <system-out>${escapeXml(lines.join('\n'))}</system-out>`, '    </testcase>'];
  // Of GitLab's readers some show the content alone.
  const content = escapeXml([message, ...lines].join('\n'));
  const kinds = outcome === 'skipped' ? { message } : { message, type };
  return [`${head}>`, `      <${outcome}${attributes(kinds)}>${content}</${outcome}>`, '    </testcase>'];
}

function totals(cases: readonly TestCase[]): Readonly<Record<string, string>> {
  const count = (outcome: Outcome): string => String(cases.filter((item) => item.outcome === outcome).length);
  return { tests: String(cases.length), failures: count('failure'), errors: count('error'), skipped: count('skipped') };
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([key, value]) => ` ${key}="${escapeXml(value)}"`)
    .join('');
}

/** What XML 1.0 has no way to write at all, such as most control characters, is replaced. */
function escapeXml(text: string): string {
  return xmlText(text.toWellFormed().replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd'));
}
