import { describe, expect, it } from 'vitest';
import { type DoctorReport, doctorDocument, renderDoctor } from '../../../src/report/doctor.ts';
import { showDocument } from '../../../src/report/show-document.ts';
import { validateDocument } from '../../../src/report/validate-document.ts';
import { desired, diagnostic, environment, PLAIN } from '../../support/builders.ts';
import { schemaErrors } from '../../support/schemas.ts';

const SHOP = environment(
  [
    desired('web', {
      config: {
        process: { command: ['node', 'web.js'], cwd: null },
        environment_variables: { TOKEN: { $secret: 'hash-1' }, TEXT: 'two\nlines', ODD: '\u001B[2J' },
        run_state: 'running',
      },
      dependencies: [{ address: 'service.api', condition: 'service_healthy', restart: false, criticality: 'required' }],
      uses: ['volume.data'],
    }),
    desired('api'),
    desired('data', { type: 'volume', config: { driver: 'local' }, protect: true, deletion_policy: 'retain' }),
  ],
  {
    engines: {
      docker: { name: 'docker', driver: 'docker', settings: { host: 'tcp://x', key: { $secret: 'hash-2' } } },
    },
    moved: [{ from: 'volume.old', to: 'volume.data' }],
    ignore_differences: [
      { address: 'service.web', field_path: "$['labels']", reason: 'CI', until: null, source: null },
    ],
  },
);

describe('showDocument', () => {
  it('fits its schema, lists resources by address, and holds no hash of a secret', () => {
    const document = showDocument(SHOP);

    expect(schemaErrors('show', document)).toEqual([]);
    expect(JSON.stringify(document)).not.toContain('hash-');
    expect(document).toMatchObject({
      resources: [{ address: 'service.api' }, { address: 'service.web' }, { address: 'volume.data' }],
    });
  });
});

describe('validateDocument', () => {
  it('fits its schema, and is valid as long as there is no error', () => {
    const warned = validateDocument(['local'], [diagnostic({ severity: 'warning', source: null })]);
    const failed = validateDocument(['ci', 'local'], [diagnostic(), diagnostic({ severity: 'warning' })]);

    expect([...schemaErrors('validate', warned), ...schemaErrors('validate', failed)]).toEqual([]);
    expect(warned).toMatchObject({ valid: true, summary: { errors: 0, warnings: 1 } });
    expect(failed).toMatchObject({ valid: false, environments: ['ci', 'local'], summary: { errors: 1, warnings: 1 } });
  });
});

describe('doctor', () => {
  const report: DoctorReport = {
    checks: [
      { name: 'git', status: 'ok', summary: '2.47.3', next: null },
      { name: 'engine docker', status: 'warning', summary: 'does not answer\u0007', next: 'start it' },
      { name: 'state folder', status: 'error', summary: 'read-only', next: 'make it writable' },
    ],
  };

  it('fits its schema', () => {
    expect(schemaErrors('doctor', doctorDocument(report))).toEqual([]);
    expect(doctorDocument(report)).toMatchObject({ healthy: false });
  });

  it('has a line per check, what to do about it, and a verdict', () => {
    expect(renderDoctor(report, PLAIN)).toBe(
      [
        '✔ git: 2.47.3',
        '! engine docker: does not answer\\u0007',
        '    next: start it',
        '✘ state folder: read-only',
        '    next: make it writable',
        '1 error, 1 warning.',
      ].join('\n'),
    );
    expect(renderDoctor({ checks: report.checks.slice(0, 1) }, PLAIN)).toBe('✔ git: 2.47.3\nAll is well.');
  });
});
