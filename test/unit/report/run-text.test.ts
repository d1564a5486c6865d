import { describe, expect, it } from 'vitest';
import type { Change, Withheld } from '../../../src/model/change.ts';
import { type PlannedChanges, renderRun } from '../../../src/report/run-text.ts';
import { change, creation, evidence, PLAIN, probe, removal, result, run, unstarted } from '../../support/builders.ts';

const CREATE = ['db', 'api', 'web', 'worker'].map((key) => creation(`service.${key}`, {}));

const FAILED_GATE = result('service.db', 'service_healthy', {
  phase: 'gate',
  status: 'failed',
  duration_ms: 30_000,
  error: {
    code: 'gate_unhealthy',
    message: 'the health check of service.db kept failing',
    retryable: true,
    fields: {},
    next: 'see `trueup logs local/service.db`',
  },
  gate: evidence({
    probes: [
      probe({ output: 'the first of four is not shown' }),
      probe({ exit_code: 7, check_type: 'test', target: 'CMD pg_isready', output: 'no response\nat all\n' }),
      probe({ output: '' }),
      probe(),
    ],
    exit_code: 1,
    log_lines: ['starting', 'FATAL: data directory has wrong ownership'],
  }),
});

const PENDING = {
  address: 'vm.box',
  field_path: "$['memory']",
  configured: '112MiB',
  effective: '128MiB',
  source: null,
} as const;

const NO_CHANGES: PlannedChanges = { changes: [], withheld: [] };

function changing(changes: readonly Change[]): PlannedChanges {
  return { changes, withheld: [] };
}

describe('renderRun', () => {
  it('says what a second stage withheld, which no plan has said', () => {
    const summary = 'service.db is frozen (looking): it stays as it is';
    const done = run({ steps: [], withheld_inside: [{ address: 'service.db', reason: 'frozen', summary }] });

    expect(renderRun(done, NO_CHANGES, PLAIN)).toContain(`Withheld: ${summary}`);
  });

  it('is one line when all went well', () => {
    const steps = [result('service.db', 'start'), result('service.api', 'start'), result('service.web', 'stop')];
    const changes = [creation('service.db', {}), creation('service.api', {}), change('service.web')];

    expect(renderRun(run({ steps }), changing(changes), PLAIN)).toBe('Applied: 2 created, 1 restarted in 4.2 s.');
    expect(renderRun(run(), NO_CHANGES, PLAIN)).toBe('Nothing to do.');
    const destroyed = run({ mode: 'destroy', steps: [result('service.db', 'remove')], duration_ms: 80 });
    expect(renderRun(destroyed, changing([removal('service.db')]), PLAIN)).toBe('Destroyed: 1 removed in 80 ms.');
  });

  it('says that something is left undone, with and without anything done', () => {
    const kept = (address: Withheld['address']): Withheld => ({ address, reason: 'protected', summary: 'it stays' });
    const withheld = [kept('volume.data'), { ...kept('volume.old'), reason: 'data_kept' as const }];

    expect(renderRun(run(), { changes: [], withheld }, PLAIN)).toBe('Nothing done. 1 change withheld.');
    expect(
      renderRun(
        run({ steps: [result('service.db', 'start')] }),
        { changes: [creation('service.db', {})], withheld },
        PLAIN,
      ),
    ).toBe('Applied: 1 created in 4.2 s. 1 change withheld.');
  });

  it('says what waits for a restart, also where there was nothing to do', () => {
    expect(renderRun(run({ pending_restart: [PENDING] }), NO_CHANGES, PLAIN)).toBe(
      'Pending restart:\nvm.box memory: configured "112MiB", running with "128MiB"\n\nNothing to do.',
    );
  });

  it('says why a gate failed, and once for all what was skipped because of it', () => {
    const steps = [
      result('volume.data', 'create'),
      result('service.db', 'start'),
      FAILED_GATE,
      unstarted('service.api', 'start', 'skipped', 'service.db:service_healthy'),
      unstarted('service.api', 'service_started', 'skipped', 'service.api:start'),
      unstarted('service.web', 'start', 'skipped', 'service.db:service_healthy'),
    ];
    const changes = [creation('volume.data', {}), ...CREATE.slice(0, 3)];

    expect(renderRun(run({ status: 'failed', steps }), changing(changes), PLAIN)).toBe(
      [
        '✔ volume.data created in 120 ms',
        '',
        '✘ service.db: gate service_healthy failed after 30.0 s',
        '    the health check of service.db kept failing [gate_unhealthy]',
        '    probe failed after 3 ms, exit code 7: CMD pg_isready',
        '      no response',
        '      at all',
        '    probe failed after 3 ms: GET http://localhost:8080/health',
        '    probe failed after 3 ms: GET http://localhost:8080/health',
        '      connect ECONNREFUSED 127.0.0.1:8080',
        '    exit code 1',
        '    last 2 log lines:',
        '      | starting',
        '      | FATAL: data directory has wrong ownership',
        '    next: see `trueup logs local/service.db`',
        '',
        '- skipped because of service.db: service.api, service.web',
        '',
        'Applied in part: 1 created, 1 failed, 2 skipped in 4.2 s.',
      ].join('\n'),
    );
  });

  it('says after an interrupt what was and was not done', () => {
    const steps = [
      result('service.db', 'start'),
      result('service.api', 'start', { status: 'cancelled', duration_ms: 900 }),
      unstarted('service.web', 'start', 'cancelled', 'service.api:start'),
      unstarted('service.worker', 'start', 'cancelled', null),
    ];

    expect(renderRun(run({ status: 'cancelled', steps, duration_ms: 61_000 }), changing(CREATE), PLAIN)).toBe(
      [
        '✔ service.db created in 120 ms',
        '',
        'Interrupted under way, may have taken effect in part: service.api (create)',
        'Not started: service.web (create), service.worker (create)',
        '',
        'Interrupted: 1 created, 1 interrupted, 2 not started in 1 m 01 s.',
      ].join('\n'),
    );
  });

  it('tells each gate that the last look found closed, unless its failure was told already', () => {
    const gates = [
      { address: 'service.api', condition: 'service_healthy', met: false, reason: 'answers 503', gate: null },
      { address: 'service.web', condition: 'service_started', met: true, reason: null, gate: null },
      { address: 'service.db', condition: 'service_healthy', met: false, reason: 'unhealthy', gate: null },
    ] as const;

    const applied = run({ status: 'failed', steps: [result('service.web', 'start')], gates: gates.slice(0, 2) });
    expect(renderRun(applied, changing([creation('service.web', {})]), PLAIN)).toBe(
      [
        '✔ service.web created in 120 ms',
        '',
        '✘ service.api: service_healthy is not met: answers 503',
        '',
        'Applied: 1 created in 4.2 s. 1 gate not met.',
      ].join('\n'),
    );
    expect(renderRun(run({ status: 'failed', gates: gates.slice(0, 2) }), NO_CHANGES, PLAIN)).toBe(
      ['✘ service.api: service_healthy is not met: answers 503', '', 'Nothing to do. 1 gate not met.'].join('\n'),
    );
    expect(
      renderRun(run({ status: 'failed', steps: [FAILED_GATE], gates }), changing(CREATE.slice(0, 1)), PLAIN),
    ).not.toContain('unhealthy is not met');
  });

  it('counts a failed gate of what did not change itself', () => {
    const steps = [FAILED_GATE, result('service.api', 'start')];

    expect(
      renderRun(run({ status: 'failed', steps }), changing(CREATE.slice(1, 2)), PLAIN)
        .split('\n')
        .at(-1),
    ).toBe('Applied: 1 created in 4.2 s. 1 gate not met.');
  });

  it('is honest when the first step of all failed', () => {
    const error = {
      code: 'step_failed',
      message: 'cannot start\nbecause',
      retryable: false,
      fields: {},
      next: null,
    } as const;
    const steps = [result('service.db', 'start', { status: 'failed', error, duration_ms: 5 })];

    expect(renderRun(run({ status: 'failed', steps }), changing(CREATE.slice(0, 1)), PLAIN)).toBe(
      [
        '✘ service.db: start failed after 5 ms',
        '    cannot start [step_failed]',
        '    because',
        '',
        'Failed: 1 failed in 4.2 s.',
      ].join('\n'),
    );
  });

  it('wraps and shortens on a narrow terminal, and lets nothing but text through', () => {
    const evil = '\u001B[31mred\u0007';
    const gate = evidence({
      log_lines: [`${evil}${'x'.repeat(200)}`],
      probes: [probe({ target: evil, output: `${evil}\n${evil}` })],
    });
    const error = { code: 'step_failed', message: evil, retryable: false, fields: {}, next: evil } as const;
    const steps = [
      result(`service.${evil}`, evil, { status: 'failed', error, gate }),
      ...Array.from({ length: 30 }, (_, index) =>
        unstarted(`service.s${index}`, 'start', 'skipped', `service.${evil}:${evil}`),
      ),
    ];

    const text = renderRun(run({ status: 'failed', steps }), NO_CHANGES, { color: false, width: 50 });

    expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    expect(text).toContain('and 10 more');
    expect(text.split('\n').filter((line) => line.length > 60)).toEqual([]);
  });
});
