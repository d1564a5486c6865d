import { test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { parityReport } from '../../../../src/report/formats/findings-report.ts';
import { renderJunit } from '../../../../src/report/formats/junit.ts';
import { MARKDOWN_LIMIT, renderMarkdown } from '../../../../src/report/formats/markdown/markdown.ts';
import { sarifDocument } from '../../../../src/report/formats/sarif/sarif.ts';
import { renderWorkflowCommands } from '../../../../src/report/formats/workflow-commands.ts';
import { hostileText } from '../../../support/formats/hostile-text.ts';
import { noParity, sampleParity } from '../../../support/formats/sample-parity.ts';
import { xmlElements } from '../../../support/formats/xml-events.ts';

const MARKDOWN_TAGS: ReadonlySet<string> = new Set(['!--', 'details', 'summary', 'b', 'br', 'code', 'ul', 'li', 'p']);

function same(text: string): string {
  return text;
}

describe('a parity in the formats that others display', () => {
  it('is Markdown with what would bite first, what is unknown, and what only counts', () => {
    expect(renderMarkdown(parityReport([sampleParity('x')], same))).toBe(
      [
        `<!-- trueup:parity -->`,
        `### trueup parity: 2 different, 1 missing in the target; 1 environment not compared as a whole`,
        ``,
        `<details open>`,
        `<summary><b><code>local..observed/x.json</code></b> at <code>local at 1a2b3c4 (dirty), observed/x.json as observed</code>: 2 different, 1 missing in the target, 1 unchanged</summary>`,
        `<ul>`,
        `<li><code>~</code> <b><code>web</code></b> <code>is frontend in observed/x.json (92 %: the same image, the same ports)</code> <code>environments/local/web.yaml:3:3</code> · critical`,
        `<details open><summary>2 differences</summary>`,
        `<ul>`,
        `<li><code>container.image: "app:1.4" → "app:2.0"</code> (another major version; <code>take 2.0</code>; <code>target: environments/staging/web.yaml:6:5</code>) <code>environments/local/web.yaml:4:5</code></li>`,
        `<li><code>labels.evil: (not set) → "x"</code> (a value that is no secret and of no host; write the same on both sides; <code>target: environments/staging/web.yaml:6:5</code>) <code>environments/local/web.yaml:4:5</code></li>`,
        `</ul></details>`,
        `</li>`,
        `<li><code>-</code> <b><code>mailerx</code></b> <code>is missing in observed/x.json</code> <code>environments/local/web.yaml:3:3</code> · error`,
        `<br>declare it there`,
        `</li>`,
        `<li><code>~</code> <b><code>volume.data</code></b> differs <code>environments/local/web.yaml:3:3</code> · warning`,
        `<details open><summary>1 difference</summary>`,
        `<ul>`,
        `<li><code>labels.tier: "here" → "there"</code> (a value that is no secret and of no host; write the same on both sides; <code>target: environments/staging/web.yaml:6:5</code>) <code>environments/local/web.yaml:4:5</code></li>`,
        `</ul></details>`,
        `</li>`,
        `</ul>`,
        `<ul>`,
        `<li>error: <code>observed/x.json: engine far does not answer: no route x</code></li>`,
        `<li>warning: <code>The waiver of service.old at trueup.yaml:12:7 has expired</code> <code>trueup.yaml:12:7</code></li>`,
        `<li>warning: <code>The waiver of service.web $.labels hits nothing</code></li>`,
        `<li><code>2 differences waived</code></li>`,
        `<li><code>1 difference of no weight</code></li>`,
        `</ul>`,
        `<p><code>incompatible, not all of it known; parity 50 % (2 of 4 services alike)</code></p>`,
        `</details>`,
      ].join('\n'),
    );
  });

  it('annotates lines of the source, and lines of the target where the source has none', () => {
    expect(renderWorkflowCommands(parityReport([sampleParity('x')], same)).split('\n')).toEqual([
      `::error file=environments/local/web.yaml,line=4,endLine=4,col=5,endColumn=6,title=local..observed/x.json/web is frontend in observed/x.json (92 %25%3A the same image%2C the same ports)::container.image: "app:1.4" → "app:2.0" (another major version; take 2.0; target: environments/staging/web.yaml:6:5) environments/local/web.yaml:4:5%0Alabels.evil: (not set) → "x" (a value that is no secret and of no host; write the same on both sides; target: environments/staging/web.yaml:6:5) environments/local/web.yaml:4:5`,
      `::error file=environments/local/web.yaml,line=3,endLine=3,col=3,endColumn=4,title=local..observed/x.json/mailerx is missing in observed/x.json::declare it there`,
      `::error title=local..observed/x.json%3A engine_unreachable::observed/x.json: engine far does not answer: no route x`,
      `::warning file=environments/local/web.yaml,line=4,endLine=4,col=5,endColumn=6,title=local..observed/x.json/volume.data differs::labels.tier: "here" → "there" (a value that is no secret and of no host; write the same on both sides; target: environments/staging/web.yaml:6:5) environments/local/web.yaml:4:5`,
      `::warning file=trueup.yaml,line=12,endLine=12,col=7,endColumn=8,title=local..observed/x.json%3A waiver/expired::The waiver of service.old at trueup.yaml:12:7 has expired`,
      `::warning title=local..observed/x.json%3A waiver/never_hit::The waiver of service.web $.labels hits nothing`,
    ]);
  });

  it('has SARIF results for each difference that counts, on the line where it is to be put right', () => {
    const document = sarifDocument(parityReport([sampleParity('x')], same), '0.1.0');

    const log: unknown = JSON.parse(JSON.stringify(document));
    const { runs } = log as {
      runs: { results: { ruleId: string; level: string; locations: object[] }[]; invocations: object[] }[];
    };
    const places = runs[0]?.results.map(({ ruleId, level, locations }) => [
      ruleId,
      level,
      ...locations.map((place) =>
        JSON.stringify(place)
          .match(/"uri":"([^"]+)".*"startLine":(\d+)/)
          ?.slice(1)
          .join(':'),
      ),
    ]);
    expect(places).toEqual([
      ['parity/image-major', 'error', 'environments/local/web.yaml:4'],
      ['parity/service-missing', 'error', 'environments/local/web.yaml:3'],
      ['engine_unreachable', 'error'],
      ['parity/value', 'warning', 'environments/local/web.yaml:4'],
      ['parity/value', 'warning', 'environments/local/web.yaml:4'],
      ['waiver/expired', 'warning', 'trueup.yaml:12'],
      ['waiver/never_hit', 'warning'],
    ]);
    expect(runs[0]?.invocations).toEqual([{ executionSuccessful: false }]);
  });

  it('says that nothing differs where nothing does', () => {
    const report = parityReport([noParity()], same);

    expect(renderMarkdown(report)).toBe(
      '<!-- trueup:parity -->\n### trueup parity: no differences that count\n\n<p><code>identical; parity 100 % (1 of 1 service alike)</code></p>',
    );
    expect(renderWorkflowCommands(report)).toBe('');
    expect(renderJunit(report)).toContain('failures="0"');
  });

  test.prop([hostileText()])('holds no syntax of a hostile name, value, label or reason', (text) => {
    const report = parityReport([sampleParity(text)], same);

    const markdown = renderMarkdown(report);
    const tags = [...markdown.matchAll(/<\/?([!a-z-]+)/gi)].map(([, tag = '']) => tag);
    expect(tags.filter((tag) => !MARKDOWN_TAGS.has(tag))).toEqual([]);
    expect(Buffer.byteLength(markdown)).toBeLessThan(MARKDOWN_LIMIT);
    const elements = xmlElements(renderJunit(report)).map(({ name }) => name);
    const known = ['testsuites', 'testsuite', 'properties', 'property', 'testcase', 'failure', 'error', 'skipped'];
    expect(elements.filter((name) => !known.includes(name))).toEqual([]);
    for (const line of renderWorkflowCommands(report).split('\n')) expect(line).toMatch(/^::(error|warning|notice) /);
    expect(JSON.stringify(sarifDocument(report, '0.1.0'))).not.toContain('\u001b');
  });

  it('masks what is known to be secret, in values and in sentences', () => {
    const report = parityReport([sampleParity('hunter2')], (text) => text.replaceAll('hunter2', '(secret)'));

    for (const text of [
      renderMarkdown(report),
      renderJunit(report),
      renderWorkflowCommands(report),
      JSON.stringify(sarifDocument(report, '0.1.0')),
    ])
      expect(text).not.toContain('hunter2');
  });

  it('fits a comment however much differs', () => {
    const sample = sampleParity('x');
    const services = Array.from({ length: 2000 }, (_none, index) => {
      return sample.service_diffs.slice(0, 1).map((diff) => ({ ...diff, service_name: `service-${index}` }));
    }).flat();

    const markdown = renderMarkdown(parityReport([{ ...sample, service_diffs: services }], same));

    expect(Buffer.byteLength(markdown)).toBeLessThan(MARKDOWN_LIMIT);
    expect(markdown).toMatch(/and \d+ more differences: \d+ critical/);
  });
});
