import { test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { DeclaredDiff } from '../../../../src/model/declared-diff.ts';
import { fieldPath } from '../../../../src/model/field-path.ts';
import { diffReport } from '../../../../src/report/formats/findings-report.ts';
import { renderJunit } from '../../../../src/report/formats/junit.ts';
import { renderMarkdown } from '../../../../src/report/formats/markdown/markdown.ts';
import { sarifDocument } from '../../../../src/report/formats/sarif/sarif.ts';
import { renderWorkflowCommands } from '../../../../src/report/formats/workflow-commands.ts';
import { diagnostic, source } from '../../../support/builders.ts';
import { hostileText } from '../../../support/formats/hostile-text.ts';
import { xmlElements } from '../../../support/formats/xml-events.ts';
import { NO_DIFF, SAMPLE_DIFF } from '../../../support/formats/sample-diff.ts';

const MARKDOWN_TAGS: ReadonlySet<string> = new Set(['!--', 'details', 'summary', 'b', 'br', 'code', 'ul', 'li', 'p']);

function same(text: string): string {
  return text;
}

describe('a diff in the formats that others display', () => {
  it('annotates lines of the later revision alone, the most severe first', () => {
    const file = 'environments/local/web.yaml';
    expect(renderWorkflowCommands(diffReport(SAMPLE_DIFF, same)).split('\n')).toEqual([
      '::error title=trueup%3A diagnostic/unknown_key::at eeeeeee environments/local/web.yaml:3:7: unknown key "comand"; did you mean "command"?',
      `::warning file=${file},line=6,endLine=6,col=1,endColumn=2,title=local/service.web is changed::environment_variables.TOKEN: (secret) → (secret) (forces restart) ${file}:6:1%0Alabels.evil: (not set) → "\\u001b[31mred" ${file}:7:1`,
      '::warning title=old/environment is removed::was environments/old/a.yaml:1:1 at eeeeeee',
      '::warning title=old/service.a is removed::was environments/old/a.yaml:2:1 at eeeeeee',
      `::notice file=${file},line=1,endLine=1,col=1,endColumn=2,title=local/environment is changed::type: "local" → "staging" ${file}:1:1`,
      `::notice file=${file},line=9,endLine=9,col=1,endColumn=2,title=local/volume.young was volume.old::local/volume.young was volume.old`,
    ]);
  });

  it('has SARIF results on lines of the later revision, or at none', () => {
    const document = sarifDocument(diffReport(SAMPLE_DIFF, same), '0.1.0');

    const log: unknown = JSON.parse(JSON.stringify(document));
    const { runs } = log as { runs: { results: { ruleId: string; locations: object[] }[] }[] };
    const places = runs[0]?.results.map(({ ruleId, locations }) => [
      ruleId,
      locations.map((place) =>
        JSON.stringify(place)
          .match(/"uri":"([^"]+)".*"startLine":(\d+)/)
          ?.slice(1)
          .join(':'),
      ),
    ]);
    expect(places).toEqual([
      ['diagnostic/unknown_key', []],
      ['declared/environment_variables', ['environments/local/web.yaml:6']],
      ['revision/removed', []],
      ['revision/removed', []],
      ['declared/labels', ['environments/local/web.yaml:7']],
      ['declared/type', ['environments/local/web.yaml:1']],
      ['revision/changed', ['environments/local/web.yaml:9']],
    ]);
  });

  it('is Markdown and JUnit that say both revisions and what was not compared', () => {
    const report = diffReport(SAMPLE_DIFF, same);

    const markdown = renderMarkdown(report);
    expect(markdown).toMatch(
      /^<!-- trueup:diff -->\n### trueup diff: 1 removed, 2 changed; 1 mistake in the manifests\n/,
    );
    expect(markdown).toContain('\n</ul>\n<p>Not everything was compared.</p>\n');
    expect(markdown).toContain(
      '<b><code>local</code></b> at <code>1a2b3c4 (dirty) against eeeeeee</code>: 2 changed</summary>',
    );
    expect(renderJunit(report)).toContain(
      '<testsuite name="trueup.diff.local" tests="4" failures="3" errors="0" skipped="0" time="0">',
    );
    expect(renderJunit(diffReport(NO_DIFF, same))).toContain('<testsuites name="trueup diff" tests="1" failures="0"');
    expect(renderMarkdown(diffReport(NO_DIFF, same))).toBe('<!-- trueup:diff -->\n### trueup diff: no differences');
  });

  it('says of a field that the later revision has no more where it was', () => {
    const [local] = SAMPLE_DIFF.environments;
    const [field] = local?.differences ?? [];
    if (local === undefined || field === undefined) throw new Error('the sample has a difference');
    const gone = { ...field, after: null, before_source: source(5) };
    const report = diffReport({ ...SAMPLE_DIFF, environments: [{ ...local, differences: [gone] }] }, same);

    expect(report.environments[0]?.findings.flatMap(({ fields }) => fields).map(({ notes }) => notes)).toContainEqual([
      'was environments/local/web.yaml:5:1 at eeeeeee',
    ]);
    expect(renderMarkdown(report)).toContain('was environments/local/web.yaml:5:1 at eeeeeee');
  });

  test.prop([hostileText(), hostileText()])('lets no name and no value begin anything of its own', (name, value) => {
    const [local] = SAMPLE_DIFF.environments;
    if (local === undefined) throw new Error('the sample has an environment');
    const [field] = local.differences;
    if (field === undefined) throw new Error('the sample has a difference');
    const differences = [{ ...field, field_path: fieldPath('labels', name), before: value, after: { [name]: value } }];
    const report = diffReport({ ...SAMPLE_DIFF, environments: [{ ...local, environment: name, differences }] }, same);

    const lines = renderWorkflowCommands(report).split(/\r\n|[\r\n]/);
    expect(lines.every((line) => /^::(?:error|warning|notice) /.test(line))).toBe(true);
    const elements = xmlElements(renderJunit(report)).map(({ name: element }) => element);
    expect(new Set(elements)).toEqual(
      new Set(['testsuites', 'testsuite', 'testcase', 'failure', 'error', 'system-out']),
    );
    const tags = [...renderMarkdown(report).matchAll(/<\/?([a-z!-]*)/g)].map(([, tag]) => tag);
    expect(tags.filter((tag) => !MARKDOWN_TAGS.has(tag ?? ''))).toEqual([]);
  });

  it('has no known secret, before anything is shortened', () => {
    const known = 's3cret'.repeat(100);
    const mask = (text: string): string => text.replaceAll(known, '(secret)');
    const [local] = SAMPLE_DIFF.environments;
    if (local === undefined) throw new Error('the sample has an environment');
    const differences = local.differences.map((difference) => ({ ...difference, before: known, after: [known] }));
    const diff: DeclaredDiff = {
      ...SAMPLE_DIFF,
      environments: [{ ...local, differences }],
      invalid: [{ side: 'after', environments: [], diagnostics: [diagnostic({ summary: known, detail: known })] }],
    };

    expect(JSON.stringify(diffReport(diff, mask))).not.toContain('s3cret');
  });
});
