import { describe, expect, it } from 'vitest';
import type { Coverage } from '../../../../src/model/coverage.ts';
import { findingsReport } from '../../../../src/report/formats/findings-report.ts';
import { renderJunit } from '../../../../src/report/formats/junit.ts';
import { renderMarkdown } from '../../../../src/report/formats/markdown/markdown.ts';
import { sarifDocument } from '../../../../src/report/formats/sarif/sarif.ts';
import { renderWorkflowCommands } from '../../../../src/report/formats/workflow-commands.ts';
import { ignoreHit, plan, source } from '../../../support/builders.ts';

const COVERAGE: Coverage = {
  engines: [
    { engine: 'docker', managed: 1, elsewhere: 0, unmanaged: 1 },
    { engine: 'process', managed: 2, elsewhere: 0, unmanaged: 0 },
  ],
  unmanaged: [{ engine: 'docker', type: 'service', name: 'stranger', id: 'stranger', ownership: null }],
  elsewhere: [],
};

const IDLE = ignoreHit('service.api', "$['labels']", { hits: 0, status: 'never_hit', source: source(7, 3) });

const REPORT = findingsReport('drift', [plan({ ignored: [IDLE] })], (text) => text, { coverages: [COVERAGE] });

const TOLD = 'docker: 1 container in no manifest; coverage 50 % (1 of 2): container stranger';

describe('drift in the formats that others display', () => {
  it('says how much of each engine is in no manifest, and nothing of those on which all is', () => {
    expect(renderMarkdown(REPORT)).toContain(`<li><code>${TOLD}</code></li>`);
    expect(renderWorkflowCommands(REPORT)).toContain(
      `::notice title=local%3A coverage::${TOLD.replaceAll('%', '%25')}`,
    );
    expect(renderJunit(REPORT)).toContain(
      `    <properties>\n      <property name="coverage" value="${TOLD}"/>\n    </properties>`,
    );
    expect(JSON.stringify(sarifDocument(REPORT, '0.1.0'))).not.toContain('stranger');
  });

  it('names ignore rules that hit nothing at their lines', () => {
    expect(renderWorkflowCommands(REPORT)).toContain('::warning file=environments/local/web.yaml,line=7,');
    expect(renderMarkdown(REPORT)).toContain('<li>warning: <code>the ignore rule of service.api ');
    expect(renderJunit(REPORT)).toContain('<skipped message="the ignore rule of service.api ');
  });
});
