import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../src/model/json.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { findingsReport } from '../../../src/report/formats/findings-report.ts';
import { renderJunit } from '../../../src/report/formats/junit.ts';
import { renderMarkdown } from '../../../src/report/formats/markdown/markdown.ts';
import { sarifDocument } from '../../../src/report/formats/sarif/sarif.ts';
import { renderWorkflowCommands } from '../../../src/report/formats/workflow-commands.ts';
import { renderReportPage } from '../../../src/report/page/render-page.ts';
import { planDocument } from '../../../src/report/plan-document.ts';
import { renderPlan } from '../../../src/report/plan-text.ts';
import { readReport } from '../../../src/report/reading/read-report.ts';
import { COMMIT, difference, PLAIN, plan, source } from '../../support/builders.ts';
import { pageText } from '../../support/page-text.ts';
import { schemaErrors } from '../../support/schemas.ts';

const SUMMARY = 'volume.data would have to be replaced';

const LABEL = difference(['labels', 'team'], {
  before: 'a',
  after: 'b',
  cause: 'git',
  effect: 'replace',
  severity: 'info',
  source: source(9, 7),
});

const SECRET = difference(['driver_opts', 'key'], {
  before: { $secret: 'hash-1' },
  after: { $secret: 'hash-2' },
  source: source(10, 7),
});

const PLAN = plan({
  withheld: [
    {
      address: 'volume.data',
      reason: 'data_kept',
      summary: SUMMARY,
      differences: [LABEL, SECRET],
      source: source(8, 3),
    },
    { address: 'service.db', reason: 'drift_reported', summary: 'service.db is missing', source: source(4, 3) },
  ],
});

function report(given: Plan = PLAN): ReturnType<typeof findingsReport> {
  return findingsReport('plan', [given], (text) => text.replaceAll('core', '(secret)'));
}

describe('what a plan withholds', () => {
  it('is told in the text with each field and its line', () => {
    expect(renderPlan(PLAN, PLAIN).split('\n').slice(0, 6)).toEqual([
      'Withheld:',
      '  volume.data would have to be replaced',
      '      labels.team: "a" → "b" (forces replacement) environments/local/web.yaml:9:7',
      '      driver_opts.key: (secret) → (secret, changed) (forces restart) environments/local/web.yaml:10:7',
      '  service.db is missing environments/local/web.yaml:4:3',
      '',
    ]);
  });

  it('is told in the document as its schema says, with secrets as marks', () => {
    const document = planDocument(PLAN);

    expect(schemaErrors('plan', document)).toEqual([]);
    expect(JSON.stringify(document)).not.toContain('hash-');
    expect(document['withheld']).toMatchObject([
      {
        differences: [{ field_path: LABEL.field_path, before: 'a', after: 'b', severity: 'info' }, {}],
        source: { start: { line: 8 } },
      },
      { address: 'service.db', source: { start: { line: 4 } } },
    ]);
  });

  it('is told in Markdown', () => {
    expect(renderMarkdown(report())).toContain(
      [`<li>warning: <code>${SUMMARY}</code> <code>environments/local/web.yaml:8:3</code>`, '<ul>'].join('\n'),
    );
    expect(renderMarkdown(report())).toContain(
      '<li><code>labels.team: "a" → "b"</code> (forces replacement) <code>environments/local/web.yaml:9:7</code></li>',
    );
  });

  it('is told in SARIF, JUnit and annotations, at its line', () => {
    const { runs } = JSON.parse(JSON.stringify(sarifDocument(report(), '0.1.0'))) as {
      runs: { results: { ruleId: string; message: { text: string }; locations: object[] }[] }[];
    };
    const kept = (runs[0]?.results ?? []).find(({ ruleId }) => ruleId === 'withheld/data_kept');
    expect(kept?.message.text).toBe(
      `local: ${SUMMARY}: labels.team: "a" → "b" (forces replacement); driver_opts.key: (secret) → (secret, changed) (forces restart)`,
    );
    expect(kept?.locations).toMatchObject([{ physicalLocation: { region: { startLine: 8 } } }]);
    expect(renderJunit(report())).toContain(
      'labels.team: &quot;a&quot; → &quot;b&quot; (forces replacement) environments/local/web.yaml:9:7',
    );
    expect(renderWorkflowCommands(report())).toContain(
      `::warning file=environments/local/web.yaml,line=8,endLine=8,col=3,endColumn=4,title=local%3A withheld/data_kept::${SUMMARY}%0Alabels.team: "a" → "b" (forces replacement) environments/local/web.yaml:9:7`,
    );
  });

  it('is told on a page, from the document', () => {
    const read = readReport(parseJson(JSON.stringify(planDocument(PLAN))), 'a.json');
    const lines = pageText(renderReportPage(read)).split('\n');

    expect(lines.join('\n')).toContain(`warning ${SUMMARY} environments/local/web.yaml:8:3`);
    expect(lines.join('\n')).toContain('labels.team: "a" → "b" (forces replacement) environments/local/web.yaml:9:7');
    expect(lines.join('\n')).toContain('driver_opts.key: (secret) → (secret, changed)');
  });

  it('has no known secret among the values', () => {
    const [kept] = PLAN.withheld;
    if (kept === undefined) throw new Error('the plan withholds something');
    const given = plan({ withheld: [{ ...kept, differences: [{ ...LABEL, before: 'core', after: ['core'] }] }] });

    expect(JSON.stringify(report(given))).not.toContain('core');
  });
});

describe('where SARIF shows what has no line', () => {
  const files = [
    'deploy/nginx.conf',
    'environments/base/a.yaml',
    'environments/local/web.yaml',
    'environments/local/x/y.yaml',
  ];
  const inputs = { files, manifest: 'environments/local/web.yaml', engines: [], targets: [] };
  const last = { ...source(7, 3, 'environments/local/old.yaml'), commit: COMMIT };

  function places(given: Plan, kind: 'plan' | 'drift'): readonly (string | undefined)[] {
    const { runs } = JSON.parse(
      JSON.stringify(
        sarifDocument(
          findingsReport(kind, [given], (text) => text),
          '0.1.0',
        ),
      ),
    ) as {
      runs: {
        results: {
          locations: { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } }[];
        }[];
      }[];
    };
    return (runs[0]?.results ?? []).map(({ locations }) => {
      const place = locations[0]?.physicalLocation;
      return place === undefined ? undefined : `${place.artifactLocation.uri}:${place.region.startLine}`;
    });
  }

  it('is the manifest that declared it last, and else one of the environment itself', () => {
    const gone = { address: 'volume.data', reason: 'data_kept', summary: 'it stays' } as const;
    const stray = {
      address: 'service.stray',
      engine: 'process',
      name: 's',
      kind: 'undeclared',
      differences: [],
      cause: 'unknown',
    } as const;

    expect(places(plan({ inputs, withheld: [gone, { ...gone, last_source: last }] }), 'plan')).toEqual([
      'environments/local/web.yaml:1',
      'environments/local/old.yaml:7',
    ]);
    expect(places(plan({ inputs, drift: [stray, { ...stray, last_source: last }] }), 'drift')).toEqual([
      'environments/local/web.yaml:1',
      'environments/local/old.yaml:7',
    ]);
    expect(places(plan({ inputs: { files, engines: [], targets: [] }, withheld: [gone] }), 'plan')).toEqual([
      undefined,
    ]);
  });
});
