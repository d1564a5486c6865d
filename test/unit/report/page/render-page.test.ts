import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { NO_IMPACT } from '../../../../src/diff/impact.ts';
import type { JsonObject } from '../../../../src/model/json.ts';
import { parseJson } from '../../../../src/model/json.ts';
import { driftDocument } from '../../../../src/report/drift-document.ts';
import { planDocument } from '../../../../src/report/plan-document.ts';
import { renderReportPage } from '../../../../src/report/page/render-page.ts';
import { readReport } from '../../../../src/report/reading/read-report.ts';
import { change, COMMIT, difference, drift, plan, removal, source } from '../../../support/builders.ts';
import { pageText } from '../../../support/page-text.ts';
import { DRIFT_REPORT, PLAN_REPORT, RUN_REPORT } from '../../../support/sample-reports.ts';

function page(document: JsonObject): string {
  return renderReportPage(readReport(parseJson(JSON.stringify(document)), 'a.json'));
}

describe('renderReportPage', () => {
  it('tells a plan', () => {
    expect(pageText(page(PLAN_REPORT)).split('\n')).toEqual([
      'Skip to the content',
      'trueup plan',
      'Plan for local',
      'at 1a2b3c4 project shop 2026-01-31 10:20:30 UTC engine process 1',
      'Plan: 1 to create, 0 to change, 1 to replace, 1 to remove; 2 unchanged, 1 withheld. It cannot be applied: 1 conflict.',
      '1 to create',
      '1 to replace',
      '1 to remove',
      '2 resources are interrupted',
      '2 unchanged',
      'Notes',
      'Graph',
      'Changes',
      'Ignore rules',
      'Read from',
      'Notes',
      'error service.mail on process: the name "shop-mail-1" is taken by local/service.mail of the checkout /home/kim/shop environments/local/web.yaml:3:3',
      'warning volume.kept is protected and stays',
      'note service.db labels.build: 1 difference ignored (set by CI)',
      'Graph',
      '1 to create, 1 to replace, 1 to remove, 1 touched.',
      '[picture]',
      'The same in words',
      'Resources and what each depends on',
      'Resource | What happens | Depends on |',
      'service.api | ~ restarts with service.db | nothing |',
      'service.db | -/+ will be replaced | volume.data |',
      'service.web | + will be created | service.db |',
      'volume.data | nothing | nothing |',
      'volume.old | - will be removed | nothing |',
      'Changes',
      'Severity',
      'all 3 critical 1 error 1 info 1',
      'Action',
      'all 3 delete 1 replace 1 create 1',
      'No change is both.',
      '- volume.old will be removed no longer declared critical',
      'its data will be lost',
      'shop-old-1 on process, declared nowhere',
      '-/+ service.db will be replaced cannot be changed in place error',
      'also restarts service.api',
      'drops connections',
      'is down meanwhile',
      'nobody answers on 5432/tcp meanwhile',
      'expected downtime about 2.1 s, by 5 earlier runs',
      'container.image error',
      'is "postgres:16" → will be "postgres:17"',
      'forces replacement · changed outside of git · other software runs than git declares',
      'environments/local/web.yaml:9:7',
      'environment_variables.TOKEN info',
      'is (secret) → will be (secret, changed)',
      'forces restart',
      'environments/local/web.yaml:9:7',
      'shop-db-1 on process, declared at environments/local/web.yaml:3:3, depends on volume.data',
      '+ service.web will be created does not exist yet info',
      'process.command: ["node", "web.js"]',
      'shop-web-1 on process, declared at environments/local/web.yaml:3:3, depends on service.db',
      'Ignore rules',
      'What each rule ignores, and why',
      'What it ignores | State | Why | Until | Line |',
      'service.db labels.build | in use, 1 difference | set by CI | 2026-12-31 | environments/local/web.yaml:5:5 |',
      'Read from',
      'Engines',
      'Engine | Driver | Version | Answer |',
      'process | process | process 1 | known |',
      'Files (1)',
      'environments/local/web.yaml',
      'Made by trueup 0.1.0 from the report 01KGA000000000000000000001, written 2026-01-31 10:20:30 UTC.',
    ]);
  });

  it('tells a run', () => {
    expect(pageText(page(RUN_REPORT)).split('\n')).toEqual([
      'Skip to the content',
      'trueup run',
      'Run of local',
      'at 1a2b3c4 project shop 2026-01-31 10:20:30 UTC engine process 1 began 2026-01-31 10:00:00 UTC took 3.0 s',
      'Applied in part: 1 removed, 1 failed, 1 skipped in 3.0 s.',
      '1 done',
      '1 skipped',
      '1 failed',
      '3 steps',
      'What failed',
      'Notes',
      'Graph',
      'Timeline',
      'Changes',
      'What failed',
      'service.db: gate service_healthy failed after 2.5 s',
      'its health check failed 2 times gate_unhealthy',
      'probe failed after 3 ms: GET http://localhost:8080/healthconnect ECONNREFUSED 127.0.0.1:8080',
      'Next: look at its log',
      'Notes',
      '↩ service.db rolled back: the version before is back after 1.2 s',
      'Settings and what runs go back; data stays as it is.',
      'skipped because of service.db: service.web',
      'Graph',
      '1 failed, 1 skipped, 1 done.',
      '[picture]',
      'The same in words',
      'Resources and what each depends on',
      'Resource | What happens | Depends on |',
      'service.db | ✘ replace failed after 2.5 s; ↩ rolled back | volume.data |',
      'service.web | - create skipped | service.db |',
      'volume.data | nothing | nothing |',
      'volume.old | ✔ removed in 120 ms | nothing |',
      'Timeline',
      'Steps in the order of the plan',
      'Step | How it ended | Start | Took | 0 to 3.0 s |',
      'volume.old remove | ✔ done | +100 ms | 120 ms | |',
      'service.db waiting to be healthy | ✘ failed why',
      '| +500 ms | 2.5 s | |',
      'service.web start | - skipped because of service.db:service_healthy | never | | |',
      'Changes',
      'How it ended',
      'all 3 failed 1 skipped 1 done 1',
      'Action',
      'all 3 delete 1 replace 1 create 1',
      'No change is both.',
      '✘ service.db replace failed after 2.5 s cannot be changed in place ✘ failed',
      'container.image error',
      'was "postgres:16" → declared "postgres:17"',
      'forces replacement · changed outside of git · other software runs than git declares',
      'environments/local/web.yaml:9:7',
      'environment_variables.TOKEN info',
      'was (secret) → declared (secret, changed)',
      'forces restart',
      'environments/local/web.yaml:9:7',
      'Expected of it:',
      'also restarts service.api',
      'drops connections',
      'is down meanwhile',
      'nobody answers on 5432/tcp meanwhile',
      'shop-db-1 on process, declared at environments/local/web.yaml:3:3, depends on volume.data',
      '- service.web create skipped did not exist yet - skipped',
      'shop-web-1 on process, declared at environments/local/web.yaml:3:3, depends on service.db',
      '✔ volume.old removed in 120 ms no longer declared ✔ done',
      'Expected of it:',
      'its data will be lost',
      'shop-old-1 on process, declared nowhere',
      'Made by trueup 0.1.0 from the report 01KGA0000000000000000000RN, written 2026-01-31 10:20:30 UTC.',
    ]);
  });

  it('tells drift', () => {
    expect(pageText(page(DRIFT_REPORT)).split('\n')).toEqual([
      'Skip to the content',
      'trueup drift',
      'Drift of local',
      'at 1a2b3c4 project shop 2026-01-31 10:20:30 UTC engine process 1',
      'Drift: 1 missing, 1 differs, 0 undeclared.',
      '1 gone',
      '1 changed',
      '1 difference',
      'Notes',
      'Differences',
      'Coverage',
      'In no manifest',
      'Of other environments or checkouts',
      'Ignore rules',
      'Read from',
      'Notes',
      'warning the ignore rule of service.web labels.build expired on 2026-01-30 (set by CI) environments/local/web.yaml:5:5',
      'Differences',
      'Severity',
      'all 2 error 1 info 1',
      'Kind',
      'all 2 is gone 1 differs 1',
      'No resource is both.',
      '- service.db is gone changed outside of git error',
      'shop-db-1 on process',
      '~ service.api differs 1 difference info',
      'labels.team info',
      'is "old" → declared "new"',
      'changed outside of git',
      'environments/local/web.yaml:9:7',
      'shop-api-1 on process',
      'Coverage',
      'How much of each engine is managed',
      'Engine | Coverage | Managed | In no manifest | Of others |',
      'docker | 75 % | 3 | 1 | 1 |',
      'In no manifest',
      'Unmanaged, and never touched',
      'Name | Kind | Engine |',
      'old-redis | container | docker |',
      'Of other environments or checkouts',
      'Managed elsewhere, and never touched',
      'Name | Kind | Engine | Whose | Checkout |',
      'blog_data | volume | docker | | |',
      'Ignore rules',
      'What each rule ignores, and why',
      'What it ignores | State | Why | Until | Line |',
      'service.web labels.build | expired | set by CI | 2026-01-30 | environments/local/web.yaml:5:5 |',
      'Read from',
      'Engines',
      'Engine | Driver | Version | Answer |',
      'process | process | process 1 | known |',
      'Files (1)',
      'environments/local/web.yaml',
      'Made by trueup 0.1.0 from the report 01KGA000000000000000000001, written 2026-01-31 10:20:30 UTC.',
    ]);
  });

  it('gives equal bytes for equal documents', () => {
    expect(page(PLAN_REPORT)).toBe(page(structuredClone(PLAN_REPORT)));
  });

  it('allows its one style by its hash, and nothing else', () => {
    for (const report of [PLAN_REPORT, RUN_REPORT, DRIFT_REPORT]) {
      const html = page(report);
      const styles = [...html.matchAll(/<style>(.*?)<\/style>/gs)].map(([, style = '']) => style);
      const hash = createHash('sha256').update(styles.join('')).digest('base64');

      expect(styles).toHaveLength(1);
      expect(html).toContain(
        `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
      );
      expect(html).not.toMatch(/<script|<link|<img|<iframe| style=| on[a-z]+=| src=/i);
      expect([...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)).toSatisfy((all: readonly string[]) =>
        all.every((href) => href.startsWith('#')),
      );
    }
  });

  it('has one id once, and every link on it leads somewhere', () => {
    for (const report of [PLAN_REPORT, RUN_REPORT, DRIFT_REPORT]) {
      const html = page(report);
      const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
      const targets = [...html.matchAll(/ (?:href="#|for="|aria-labelledby=")([^"]*)"/g)].map(([, id]) => id);

      expect(ids).toEqual([...new Set(ids)]);
      expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
    }
  });

  it('shortens huge values where they differ, and counts what is not shown', () => {
    const [before, after] = [`${'x'.repeat(5000)}1${'y'.repeat(90_000)}`, `${'x'.repeat(5000)}2`];
    const changes = [change('service.web', { differences: [difference(['labels', 'huge'], { before, after })] })];

    const html = page(planDocument(plan({ changes })));

    expect(html.length).toBeLessThan(40_000);
    expect(pageText(html)).toMatch(/^is …x+1y+… → will be …x+2"\nforces restart · 99473 characters not shown$/m);
  });

  it('tells where what is declared no more was declared, among the facts and not among what follows', () => {
    const last = { ...source(28, 3), commit: COMMIT };
    const impact = { ...NO_IMPACT, connections_dropped: true, downtime: true, ports_dropped: ['80/tcp'] };
    const changes = [removal('service.old', { last_source: last, impact })];

    const lines = pageText(page(planDocument(plan({ changes })))).split('\n');

    expect(lines.slice(lines.indexOf('drops connections') - 1, lines.indexOf('drops connections') + 3)).toEqual([
      '- service.old will be removed no longer declared warning',
      'drops connections',
      'nobody answers on 80/tcp any more',
      'shop-old-1 on process, was declared at environments/local/web.yaml:28:3 at 1a2b3c4',
    ]);
  });

  it('says once whom a change reconnects', () => {
    const changes = [change('service.web', { impact: { ...NO_IMPACT, reconnects: ['service.cache'] } })];

    const lines = pageText(page(planDocument(plan({ changes })))).split('\n');

    expect(lines.filter((line) => line.includes('also reconnects'))).toEqual(['also reconnects service.cache']);
  });

  it('tells of a tag that was swapped as such', () => {
    const moved = difference(['container', 'image'], {
      before: `sha256:${'0123456789ab'.padEnd(64, 'c')}`,
      after: 'busybox:1',
      cause: 'world',
    });

    const text = pageText(page(driftDocument(plan({ drift: [drift('service.web', { differences: [moved] })] }))));

    expect(text).toContain('"busybox:1" no longer means the image that it was made from, sha256:0123456789ab');
  });

  it('tells what only carries the labels of a resource by its own name', () => {
    const found = drift('service.web', { kind: 'undeclared', name: 'copyx', is_stranger: true });

    const text = pageText(page(driftDocument(plan({ drift: [found] }))));

    expect(text).toContain('service.web has copyx beside it, which carries its labels and is in no manifest');
  });

  it('draws the first of very many resources, counts the others, and lists all', () => {
    const changes = Array.from({ length: 1000 }, (_none, index) => change(`service.s${index}`));

    const html = page(planDocument(plan({ changes })));

    expect(pageText(html)).toContain('Drawn are 150 of 1000 resources, those that change first; all are in the list.');
    expect(html.match(/<details class="item/g)).toHaveLength(1000);
  });
});
