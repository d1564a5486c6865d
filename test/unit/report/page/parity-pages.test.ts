import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/model/json.ts';
import { parseJson } from '../../../../src/model/json.ts';
import type { ConfigurationDiffReport } from '../../../../src/model/parity.ts';
import { documentPage } from '../../../../src/report/page/document-page.ts';
import { parityDocument } from '../../../../src/report/parity-document.ts';
import { parityHistoryDocument } from '../../../../src/report/parity-history-document.ts';
import { noParity, sampleParity } from '../../../support/formats/sample-parity.ts';
import { pageText } from '../../../support/page-text.ts';
import { PARITY_HISTORY, PARITY_MATRIX, PARITY_REPORT, SAMPLE_HISTORY } from '../../../support/sample-reports.ts';

/** As it comes from a file. */
function page(document: JsonObject, history: JsonObject | null = null): string {
  const whole = parseJson(JSON.stringify(document)) as JsonObject;
  return documentPage(whole, { mask: (text) => text, history });
}

function lines(document: JsonObject): readonly string[] {
  return pageText(page(document)).split('\n');
}

describe('the pages of parity', () => {
  it('tells a parity: both sides of each difference, what to do, and what is waived, unknown and the same', () => {
    expect(lines(PARITY_REPORT)).toEqual([
      'Skip to the content',
      'trueup parity',
      'Parity of local and observed/x.json',
      'local at 1a2b3c4 (dirty) observed/x.json as observed semantic 2026-01-31 10:20:30 UTC',
      'Incompatible, not all of it known; parity 50 % (2 of 4 services alike).',
      '50 % parity',
      '1 critical',
      '1 error',
      '2 warnings',
      '1 of no weight',
      '2 waived',
      '2 on one side alone',
      '1 the same',
      'Notes',
      'Differences',
      'What can be put right',
      'Unknown',
      'Waivers',
      'The same on both sides',
      'What was compared',
      'Notes',
      'error observed/x.json: engine far does not answer: no route x',
      'warning The waiver of service.old at trueup.yaml:12:7 has expired',
      'warning The waiver of service.web $.labels hits nothing',
      'info At 1a2b3c4 parity was 25 % (incompatible): 2 differences are gone since, and 1 is new.',
      'Differences',
      '4 differences can be taken over from observed/x.json: trueup parity local observed/x.json --fix',
      'Severity',
      'all 4 critical 1 error 1 warning 1 nothing left 1',
      'Status',
      'all 4 differs 2 missing in local 1 missing in observed/x.json 1',
      'Waived',
      'all 4 no 2 in part 1 yes 1',
      'Kind',
      'all 4 service 3 volume 1',
      'No resource is all of that.',
      '~ web is frontend in observed/x.json 1 critical, 1 warning, 1 info, 1 waived critical',
      'It is frontend in observed/x.json (92 %: the same image, the same ports); parity.pairs in trueup.yaml settles it.',
      'container.image critical',
      'local "app:1.4" environments/local/web.yaml:4:5',
      'observed/x.json "app:2.0" environments/staging/web.yaml:6:5',
      'another major version',
      'To do: take 2.0',
      'trueup parity local observed/x.json --fix --only web:container.image',
      'rule image-major · the two behave otherwise',
      'labels.evil warning',
      'local (not set) environments/local/web.yaml:4:5',
      'observed/x.json "x" environments/staging/web.yaml:6:5',
      'a value that is no secret and of no host',
      'To do: write the same on both sides',
      'trueup parity local observed/x.json --fix --only web:labels.evil',
      'rule value · the two behave otherwise',
      'environment_variables.MODE warning waived',
      'local "here"',
      'observed/x.json "there" environments/staging/web.yaml:6:5',
      'a value that is no secret and of no host',
      'Waived by ops until 2026-12-31: until the new mailer is there',
      'rule value · the two behave otherwise',
      '1 difference of no weight',
      'environment_variables.TOKEN info',
      'local (secret) environments/local/web.yaml:4:5',
      'observed/x.json (secret) environments/staging/web.yaml:6:5',
      'a value that is no secret and of no host',
      'rule value · the two behave otherwise',
      '- mailerx is missing in observed/x.json error',
      'To do: declare it there',
      'rule service-missing',
      'declared at environments/local/web.yaml:3:3',
      '~ volume.data differs 1 warning warning',
      'labels.tier warning',
      'local "here" environments/local/web.yaml:4:5',
      'observed/x.json "there" environments/staging/web.yaml:6:5',
      'a value that is no secret and of no host',
      'To do: write the same on both sides',
      'trueup parity local observed/x.json --fix --only volume.data:labels.tier',
      'rule value · the two behave otherwise',
      '+ cache is missing in local waived',
      'Waived by ops until 2026-12-31: until the new mailer is there',
      'rule service-missing',
      'declared at environments/staging/web.yaml:5:3',
      'What can be put right',
      'Nothing is written. With it the manifests of the source say what the other side has:',
      '--- a/environments/local/web.yaml',
      '+++ b/environments/local/web.yaml',
      '@@ -1,1 +1,1 @@',
      '-a: 1.4',
      '+a: 2.0',
      'To be edited by hand',
      'What | Why | Line |',
      'volume.data labels.tier | is read by another environment too | |',
      'Unknown',
      'What could not be looked at',
      'Side | Cause | Why | Resources |',
      'observed/x.json | engine far does not answer | no route x | service.edge |',
      'Waivers',
      'Who answers for what, and until when',
      'What | State | Why | Owner | Until | Line |',
      'service.old | expired | until the new mailer is there | ops | 2026-12-31 | trueup.yaml:12:7 |',
      'service.web $.labels | hits nothing | until the new mailer is there | ops | 2026-12-31 | |',
      'web environment_variables.MODE | in use | until the new mailer is there | ops | 2026-12-31 | |',
      'cache | in use | until the new mailer is there | ops | 2026-12-31 | |',
      'The same on both sides',
      '1 resource',
      'db',
      'What was compared',
      'Both sides, and where they were read',
      'Side | Is the | Environment | Read | Engines |',
      'local | source | local | at 1a2b3c4 (dirty) | docker |',
      'observed/x.json | target | staging | as observed | docker 27.0 |',
      'Made by trueup 0.1.0 from the report 01KGA000000000000000000001, written 2026-01-31 10:20:30 UTC.',
    ]);
  });

  it('tells how a parity went on, with the cause of each turn', () => {
    expect(lines(PARITY_HISTORY)).toEqual([
      'Skip to the content',
      'trueup parity history',
      'How the parity of local and staging went on',
      'semantic',
      '100 % in the last of 4 reports.',
      '4 reports',
      '1 time better',
      '1 time worse',
      'History',
      'History',
      'One point for each of 4 reports, the oldest first.',
      '[picture]',
      'Each report, the newest first',
      'When | Parity | Since | By | Status | Differences | Report |',
      '2026-01-31 09:00:00 UTC | 100 % | ▲ better | source at 72cb874..ad55bce (2 commits); target at 0badf00 | identical | 2 info | 01KGA000000000000000000004 |',
      '2026-01-30 09:00:00 UTC | 25 % | | | minor differences, not all of it known | 2 info | 01KGA000000000000000000003 |',
      '2026-01-29 09:00:00 UTC | 50 % | ▼ worse | 72cb874 Take an old database | major differences | 1 error, 2 info | 01KGA000000000000000000002 |',
      '2026-01-28 09:00:00 UTC | 100 % | | | identical | 2 info | 01KGA000000000000000000001 |',
      'Made by trueup.',
    ]);
  });

  it('tells a matrix, in which each score leads to its pair', () => {
    expect(lines(PARITY_MATRIX)).toEqual([
      'Skip to the content',
      'trueup parity matrix',
      'Parity of 3 environments',
      'semantic each pair took 812 ms',
      '2 of 3 pairs identical. Not compared, for mistakes: broken.',
      '2 identical',
      '1 incompatible',
      'Notes',
      'Matrix',
      'Pairs',
      'Notes',
      'error broken has mistakes, and is compared with nothing',
      'Matrix',
      'How much is alike, by source and target',
      'Source | observed/x.json | local@HEAD |',
      'local | 50 %?',
      '| 100 %',
      '|',
      'observed/x.json | | |',
      'Pairs',
      'Each pair, the least alike first',
      'Pair | Parity | Status | Differences | Services | To see it |',
      'local and observed/x.json | 50 %? | incompatible, not all of it known | 1 critical, 1 error, 2 warning, 1 info | 1 the same, 1 different, 2 on one side alone | trueup parity local observed/x.json report 01KGA000000000000000000001',
      '|',
      'local and local@HEAD | 100 % | identical | | 1 the same | trueup parity local local@HEAD report 01KGA000000000000000000002',
      '|',
      'local@HEAD and observed/x.json | 100 % | identical | | 1 the same | trueup parity local@HEAD observed/x.json report 01KGA000000000000000000003',
      '|',
      'Made by trueup.',
    ]);
  });

  it('are one line where nothing differs', () => {
    const text = lines(parityDocument(noParity()));

    expect(text).toContain('Identical; parity 100 % (1 of 1 service alike).');
    expect(text.slice(text.indexOf('Differences', text.indexOf('What was compared')) + 1)[0]).toBe('None.');
  });

  it('show how the two went on where another document says it', () => {
    const [alone, both] = [page(PARITY_REPORT), page(PARITY_REPORT, PARITY_HISTORY)];

    expect(alone).not.toContain('role="img"');
    expect(pageText(both)).toContain('▼ worse | 72cb874 Take an old database | major differences');
  });

  it('never say that what nobody could look at is like anything', () => {
    const sample = sampleParity('x');
    const report: ConfigurationDiffReport = {
      ...sample,
      service_diffs: [],
      metadata: {
        ...sample.metadata,
        score: null,
        resource_diffs: [],
        unknown: [{ side: 'source', engine: null, reason: 'a.yaml:3:5: no such key', addresses: ['service.web'] }],
      },
    };
    const text = lines(parityDocument(report));

    expect(text[4]).toBe('Unknown; parity unknown (4 services, none of them known).');
    expect(text).toContain('local | has mistakes | a.yaml:3:5: no such key | service.web |');
  });

  it('offer no command for what cannot be edited: a commit, what runs, and what is waived', () => {
    const sample = sampleParity('x');
    const of = (metadata: Partial<ConfigurationDiffReport['metadata']>): string =>
      page(parityDocument({ ...sample, metadata: { ...sample.metadata, ...metadata } }));

    expect(of({})).toContain('--fix --only web:container.image');
    expect(of({})).not.toContain('--only web:environment_variables.MODE');
    expect(of({ labels: { source: 'local@HEAD', target: 'staging' } })).not.toContain('--fix');
    expect(of({ comparison_mode: 'runtime' })).not.toContain('--fix');
    expect(of({ revisions: { source: null, target: null } })).not.toContain('--fix');
  });
});

const [FIRST, WORSE, UNSEEN] = SAMPLE_HISTORY.entries;

describe('the chart of a history', () => {
  it('says of each point in words what its place and colour say', () => {
    const html = page(PARITY_HISTORY);
    const titles = [...html.matchAll(/<g><title>([^<]*)/g)].map(([, title]) => title);

    expect(titles).toEqual([
      '2026-01-28 09:00:00 UTC: 100 %, identical',
      '2026-01-29 09:00:00 UTC: 50 %, major differences, worse by 72cb874 Take an old database',
      '2026-01-30 09:00:00 UTC: 25 %, minor differences, not all of it known',
      '2026-01-31 09:00:00 UTC: 100 %, identical, better by source at 72cb874..ad55bce (2 commits); target at 0badf00',
    ]);
  });

  it('breaks the line to what was not seen as a whole', () => {
    const html = page(PARITY_HISTORY);

    expect([...html.matchAll(/class="(line[^"]*)"/g)].map(([, kind]) => kind)).toEqual([
      'line',
      'line optional',
      'line optional',
    ]);
  });

  it('names at each turn the commit, one of several, what nobody had committed, or none', () => {
    if (FIRST === undefined || WORSE === undefined || UNSEEN === undefined) throw new Error('there are four');
    const [by] = WORSE.moved;
    if (by === undefined) throw new Error('there is one');
    const entries = [
      FIRST,
      WORSE,
      { ...WORSE, moved: [{ ...by, since: `1234567${by.commit.slice(7)}`, commits: 3 }] },
      { ...WORSE, trend: 'better', cause: 'uncommitted', moved: [] },
      { ...WORSE, cause: 'elsewhere', moved: [] },
      { ...UNSEEN, score: null },
    ] as const;
    const html = page(parityHistoryDocument({ ...SAMPLE_HISTORY, entries }));
    const labels = [...html.matchAll(/<text class="small"[^>]*>([^<]*)/g)].map(([, text]) => text);

    expect(labels.filter((text) => /[▲▼]/.test(text ?? ''))).toEqual(['▼ 72cb874', '▼ ..72cb874', '▲ dirty', '▼']);
    expect(labels).toContain('?');
  });

  it('draws the last of very many, and tells of all', () => {
    if (FIRST === undefined) throw new Error('there are four');
    const entries = Array.from({ length: 500 }, (_none, index) => ({ ...FIRST, id: `R${index}` }));
    const html = page(parityHistoryDocument({ ...SAMPLE_HISTORY, entries }));

    expect(html.match(/<circle/g)?.length).toBe(120);
    expect(pageText(html)).toContain('One point for each of 500 reports, the oldest first. Drawn are the last 120.');
    expect(pageText(html)).toContain('| R0 |');
  });

  it('is none where no report is kept', () => {
    const text = lines(parityHistoryDocument({ ...SAMPLE_HISTORY, entries: [] }));

    expect(text).toContain('No report of this mode is kept.');
    expect(text).toContain('No report is kept.');
  });

  it('says where those of the two the other way round are', () => {
    const text = lines(parityHistoryDocument({ ...SAMPLE_HISTORY, source: 'a b', turned: 2 }));

    expect(text).toContain("2 reports are kept the other way round: trueup parity staging 'a b' --history");
  });
});
