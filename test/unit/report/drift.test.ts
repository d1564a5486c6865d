import { describe, expect, it } from 'vitest';
import { driftDocument } from '../../../src/report/drift-document.ts';
import { renderDrift } from '../../../src/report/drift-text.ts';
import { change, difference, drift, engine, plan, PLAIN, ignoreHit } from '../../support/builders.ts';
import { schemaErrors } from '../../support/schemas.ts';

const SAMPLE = plan({
  drift: [
    drift('service.api', {
      cause: 'both',
      differences: [
        difference(['labels', 'a'], { before: 'x', after: 'y', cause: 'world', severity: 'info' }),
        difference(['labels', 'b'], { cause: 'git' }),
        difference(['environment_variables', 'T'], {
          before: { $secret: 'hash-1' },
          after: { $secret: 'hash-2' },
          cause: 'both',
        }),
        difference(['process', 'cwd'], { before: null, after: '/srv', cause: 'unknown', severity: 'error' }),
      ],
    }),
    drift('service.calm', { differences: [difference(['labels', 'a'], { cause: 'git' })] }),
    drift('service.db', { kind: 'missing' }),
    drift('volume.tmp', { kind: 'undeclared', cause: 'unknown' }),
    drift('volume.removed', { kind: 'undeclared', cause: 'git' }),
  ],
  ignored: [ignoreHit('service.api', "$['labels']['build']", { hits: 2 })],
});

describe('driftDocument', () => {
  it('fits its schema, and holds no hash of a secret', () => {
    expect(schemaErrors('drift', driftDocument(SAMPLE))).toEqual([]);
    expect(schemaErrors('drift', driftDocument(plan()))).toEqual([]);
    expect(JSON.stringify(driftDocument(SAMPLE))).not.toContain('hash-');
  });

  it('says of a difference that an input moved', () => {
    const moved = difference(['labels', 'a'], { cause: 'world', moved_input: 'alone' });
    const document = driftDocument(plan({ drift: [drift('service.api', { differences: [moved] })] }));
    expect(schemaErrors('drift', document)).toEqual([]);
    expect(document).toMatchObject({ resource_drift: [{ differences: [{ moved_input: 'alone' }] }] });
  });

  it('counts what the world changed, and nothing that git alone explains', () => {
    expect(driftDocument(SAMPLE)).toMatchObject({
      summary: {
        missing: 1,
        differs: 1,
        undeclared: 1,
        differences: 3,
        by_cause: { world: 2, both: 1, unknown: 2 },
        by_severity: { info: 1, warning: 1, error: 1, critical: 0 },
      },
      resource_drift: [{ address: 'service.api' }, { address: 'service.db' }, { address: 'volume.tmp' }],
    });
  });
});

describe('renderDrift', () => {
  it('tells what each resource is and what was declared, with cause and manifest line', () => {
    expect(renderDrift(SAMPLE, PLAIN)).toBe(
      [
        'Drift of local from 1a2b3c4:',
        '',
        '  ~ service.api differs',
        '      labels.a: is "x", declared "y" [changed outside of git] environments/local/web.yaml:9:7',
        '      environment_variables.T: is (secret, changed), declared (secret) [changed in git and outside]',
        '          environments/local/web.yaml:9:7',
        '      process.cwd: is (not set), declared "/srv" [cause unknown] environments/local/web.yaml:9:7',
        '  - service.db is gone [changed outside of git]',
        '  + volume.tmp is in no manifest (shop-tmp-1) [cause unknown]',
        '',
        'Ignored:',
        '  service.api labels.build: 2 differences (set by CI)',
        '',
        'Drift: 1 missing, 1 differs, 1 undeclared.',
      ].join('\n'),
    );
  });

  it('tells apart that all matches, that only git moved, and that not everything was seen', () => {
    const silent = [engine({ status: 'unreachable', facts: null })];

    expect(renderDrift(plan(), PLAIN)).toBe('No drift. local matches 1a2b3c4.');
    expect(renderDrift(plan({ changes: [change('service.api')] }), PLAIN)).toBe(
      'No drift. What differs from 1a2b3c4 was changed in git; plan shows it.',
    );
    expect(renderDrift(plan({ complete: false, inputs: { files: [], targets: [], engines: silent } }), PLAIN)).toBe(
      [
        'Engines:',
        '  process does not answer; nothing on it was compared, and nothing is changed; `trueup doctor` says what to do',
        '',
        'No drift found. Not every engine answered.',
      ].join('\n'),
    );
  });
});
