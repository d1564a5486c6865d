import { describe, expect, it } from 'vitest';
import { NO_IMPACT } from '../../../src/diff/impact.ts';
import { renderPlan } from '../../../src/report/plan-text.ts';
import {
  change,
  conflict,
  creation,
  diagnostic,
  difference,
  engine,
  plan,
  PLAIN,
  removal,
  source,
  step,
  ignoreHit,
} from '../../support/builders.ts';

const WEB = {
  process: { command: ['node', 'server.js'], restart: null, stop_grace_period: '10s' },
  networking: { ports: { '8080/tcp': { host_port: 8080 } }, networks: {} },
  environment_variables: { API_TOKEN: { $secret: 'a3f5c1' }, LOG_LEVEL: 'debug' },
  health_check: { test: null, endpoints: { 'http://localhost:8080/health': { method: 'GET' } }, interval: '30s' },
  resource_limits: { cpu_limit: null, memory_limit: null },
};

describe('renderPlan', () => {
  it('shows each change with its sign, its reason, its differences and its manifest lines', () => {
    const text = renderPlan(
      plan({
        revision: { commit: '1a2b3c4d5e6f', dirty: true },
        changes: [
          change('service.api', {
            differences: [
              difference(['networking', 'ports', '8080/tcp'], { before: null, after: { host_port: 8080 } }),
              difference(['environment_variables', 'LOG_LEVEL'], { before: 'info', after: 'debug', cause: 'world' }),
              difference(['labels', 'dev.acme.team'], { before: 'a', after: null, effect: 'in_place', cause: 'both' }),
            ],
          }),
          change('service.db', {
            action: 'replace',
            reason: 'replace_because_cannot_update',
            differences: [
              difference(['process', 'cwd'], { effect: 'replace', cause: 'unknown', source: source(5, 12) }),
            ],
            impact: {
              ...NO_IMPACT,
              restarts: ['service.db', 'service.api', 'service.web'],
              connections_dropped: true,
              downtime: true,
              data_loss: true,
            },
          }),
          removal('service.old', { cause: 'unknown' }),
          creation('service.web', WEB),
          change('volume.data', { action: 'move', reason: 'moved', previous_address: 'volume.store' }),
          change('service.worker', { action: 'update', reason: 'not_running', cause: 'world' }),
        ],
        unchanged: 12,
      }),
      PLAIN,
    );

    expect(text).toBe(
      [
        'Plan for local at 1a2b3c4 (dirty):',
        '',
        '  ~ service.api will be restarted (differs) environments/local/web.yaml:3:3',
        '      networking.ports.8080/tcp: (not set) → {host_port: 8080} (forces restart) environments/local/web.yaml:9:7',
        '      environment_variables.LOG_LEVEL: "info" → "debug" (forces restart) [changed outside of git]',
        '          environments/local/web.yaml:9:7',
        '      labels["dev.acme.team"]: "a" → (not set) [changed in git and outside] environments/local/web.yaml:9:7',
        '-/+ service.db will be replaced (cannot be changed in place) environments/local/web.yaml:3:3',
        '      process.cwd: "old" → "new" (forces replacement) [cause unknown] environments/local/web.yaml:5:12',
        '      ! its data will be lost',
        '      also restarts service.api, service.web',
        '  - service.old will be removed (no longer declared) [cause unknown]',
        '  + service.web will be created (does not exist yet) environments/local/web.yaml:3:3',
        '      process.command: ["node", "server.js"]',
        '      networking.ports: 8080/tcp',
        '      environment_variables: API_TOKEN, LOG_LEVEL',
        '      health_check.endpoints: http://localhost:8080/health',
        '  > volume.data will be moved (from volume.store) environments/local/web.yaml:3:3',
        '  ~ service.worker will be started (is not running) [changed outside of git] environments/local/web.yaml:3:3',
        '',
        'Plan: 1 to create, 2 to change, 1 to replace, 1 to move, 1 to remove; 12 unchanged.',
      ].join('\n'),
    );
  });

  it('says that nothing changes, and what the environment matches', () => {
    expect(renderPlan(plan({ unchanged: 3 }), PLAIN)).toBe('No changes. local matches 1a2b3c4.');
    const dirty = { commit: '1a2b3c4d', dirty: true };
    expect(renderPlan(plan({ revision: dirty }), PLAIN)).toBe('No changes. local matches 1a2b3c4 (dirty).');
    const none = { commit: null, dirty: true };
    expect(renderPlan(plan({ revision: none }), PLAIN)).toBe(
      'No changes. local matches the manifests (no commit yet).',
    );
    expect(renderPlan(plan({ mode: 'destroy' }), PLAIN)).toBe('Nothing to destroy in local.');
  });

  it('claims a match only for the addresses that it was limited to', () => {
    const inputs = { ...plan().inputs, targets: ['service.a', 'service.b'] as const };

    expect(renderPlan(plan({ inputs }), PLAIN)).toBe('No changes. service.a, service.b match 1a2b3c4.');
  });

  it('says what was left out and what stands in the way, and never calls that "no changes"', () => {
    const text = renderPlan(
      plan({
        unchanged: 4,
        applyable: false,
        complete: false,
        inputs: {
          files: [],
          targets: [],
          engines: [
            engine({ name: 'docker', driver: 'docker', status: 'unreachable', facts: null, error: 'ECONNREFUSED' }),
          ],
        },
        conflicts: [conflict('service.web')],
        withheld: [
          { address: 'volume.data', reason: 'protected', summary: 'volume.data is protected; it stays as it is' },
        ],
        ignored: [
          ignoreHit('service.api', "$['labels']['build']"),
          ignoreHit('service.api', "$['labels']['other']", { hits: 0, status: 'unknown' }),
          ignoreHit('service.api', '$.labels.*', { hits: 0, status: 'never_hit' }),
          ignoreHit('service.api', "$['role']", {
            hits: 0,
            status: 'expired',
            until: '2026-01-31',
            source: source(6, 5),
          }),
        ],
        diagnostics: [diagnostic({ code: 'not_supported', summary: 'engine "process" cannot change the name' })],
      }),
      PLAIN,
    );

    expect(text).toBe(
      [
        'Conflicts:',
        '  service.web on process: the name "shop-web-1" is taken by local/service.web of the checkout /home/kim/shop',
        '      environments/local/web.yaml:3:3',
        '  next: give this environment another `project`, or the resource another `name`; or remove what has the name; `trueup',
        '  apply --adopt` takes over what a checkout that is gone has left of this environment',
        '',
        'Withheld:',
        '  volume.data is protected; it stays as it is',
        '',
        'Ignored:',
        '  service.api labels.build: 1 difference (set by CI)',
        '',
        'Ignore rules:',
        '  service.api $.labels.*: hit nothing (set by CI) environments/local/web.yaml:5:5',
        '  service.api role: expired on 2026-01-31 (set by CI) environments/local/web.yaml:6:5',
        '',
        'Engines:',
        '  docker does not answer: ECONNREFUSED; nothing on it was compared, and nothing is changed;',
        '      `trueup doctor` says what to do',
        '',
        'environments/local/web.yaml:3:7: error: engine "process" cannot change the name [not_supported]',
        '  did you mean "command"?',
        '',
        'Nothing to do; 4 unchanged, 1 withheld. It cannot be applied: 1 conflict, 1 error, 1 engine without an answer.',
      ].join('\n'),
    );
  });

  it('sends who is stopped by what is claimed to its adoption, and nowhere else', () => {
    const claimed = conflict('service.web', {
      summary: '"web" is claimed, and would be changed before anybody has adopted it',
      claimed: true,
    });

    const text = renderPlan(plan({ applyable: false, conflicts: [claimed] }), PLAIN);

    expect(text).toBe(
      [
        'Conflicts:',
        '  service.web on process: "web" is claimed, and would be changed before anybody has adopted it',
        '      environments/local/web.yaml:3:3',
        '  next: `trueup plan local --adopt` shows what adopting does to what is claimed',
        '',
        'Nothing to do; 0 unchanged. It cannot be applied before what is claimed is adopted: 1 conflict.',
      ].join('\n'),
    );
  });

  it('tells what earlier runs let expect, and nothing where nobody knows', () => {
    const changes = [change('service.api', { action: 'restart' }), change('service.web', { action: 'restart' })];
    const estimates = [
      { address: 'service.api', downtime_ms: 2100, runs: 5 },
      { address: 'service.web', downtime_ms: null, runs: 0 },
    ] as const;

    const lines = renderPlan(plan({ changes }), PLAIN, estimates).split('\n');

    expect(lines.filter((line) => line.includes('expected'))).toEqual([
      '      expected downtime about 2.1 s, by 5 earlier runs',
    ]);
  });

  it('says of an image why it is pulled, and of no engine what it has where none was asked', () => {
    const changes = [creation('image.a:2', { reference: 'a:2' })];
    const against = { commit: '9'.repeat(40), dirty: false };
    const inputs = { files: [], engines: [engine({ status: 'supposed' })], targets: [], against };

    expect(renderPlan(plan({ changes }), PLAIN)).toContain('image.a:2 will be pulled (is not on the engine yet)');
    expect(renderPlan(plan({ changes, inputs }), PLAIN)).toContain(
      'image.a:2 will be pulled (was not declared before)',
    );
  });

  it('tells a creation of what is gone from a first one, and a stop from a start', () => {
    const text = renderPlan(
      plan({
        changes: [
          creation('volume.a', { driver: 'local' }, { cause: 'world' }),
          creation('volume.b', { driver: 'nfs' }, { cause: 'unknown' }),
          creation('volume.c', {}, { after_unknown: true, source: null }),
          change('service.d', {
            action: 'update',
            reason: 'not_running',
            differences: [difference(['run_state'], { before: 'running', after: 'stopped', effect: 'in_place' })],
          }),
          change('service.e', { action: 'move', reason: 'moved', previous_address: 'service.e', name: 'shop-e-1' }),
          change('service.f', {
            action: 'move',
            reason: 'moved',
            previous_address: 'service.f',
            cause: 'world',
            differences: [difference(['networking', 'dns'], { cause: 'world', effect: 'in_place' })],
          }),
        ],
      }),
      PLAIN,
    );

    expect(text.split('\n').slice(2, -2)).toEqual([
      '  + volume.a will be created (is gone, removed outside of git) environments/local/web.yaml:3:3',
      '  + volume.b will be created (does not exist) environments/local/web.yaml:3:3',
      '      driver: "nfs"',
      '  + volume.c will be created (its engine does not exist yet)',
      '  ~ service.d will be stopped (is meant to be stopped) environments/local/web.yaml:3:3',
      '      run_state: "running" → "stopped" environments/local/web.yaml:9:7',
      '  > service.e will be moved (to the name shop-e-1) environments/local/web.yaml:3:3',
      '  > service.f will be moved (to the name shop-f-1) [changed outside of git] environments/local/web.yaml:3:3',
      '      networking.dns: "old" → "new" [changed outside of git] environments/local/web.yaml:9:7',
    ]);
  });

  it('shows of a secret only whether it changed', () => {
    const text = renderPlan(
      plan({
        changes: [
          change('service.api', {
            differences: [
              difference(['environment_variables', 'A'], {
                before: { $secret: 'hash-1' },
                after: { $secret: 'hash-2' },
              }),
              difference(['environment_variables', 'B'], { before: 'plain-before', after: { $secret: 'hash-3' } }),
              difference(['environment_variables', 'C'], {
                before: { $secret: 'hash-4' },
                after: { $secret: 'unresolved' },
              }),
              difference(['process', 'command'], {
                before: ['run', { $secret: 'hash-5' }],
                after: ['go', { $secret: 'hash-5' }],
              }),
            ],
          }),
        ],
      }),
      PLAIN,
    );

    expect(
      text
        .split('\n')
        .slice(3, -2)
        .map((line) => line.split(' (forces')[0]),
    ).toEqual([
      '      environment_variables.A: (secret) → (secret, changed)',
      '      environment_variables.B: (secret) → (secret)',
      '      environment_variables.C: (secret) → (secret)',
      '      process.command: ["run", (secret)] → ["go", (secret)]',
    ]);
    expect(text).not.toMatch(/hash-|plain-before|unresolved/);
  });

  it('lets no name or value reach the terminal as anything but text', () => {
    const evil = 'a\u001B[2Jb\r\n\u202Ec\u0007\u009B31m';
    const text = renderPlan(
      plan({
        environment: evil,
        changes: [
          change(`service.${evil}`, {
            previous_address: `service.${evil}`,
            differences: [
              difference(['labels', evil], {
                before: evil,
                after: { [evil]: [evil] },
                source: source(1, 1, `${evil}.yaml`),
              }),
            ],
            source: source(1, 1, `${evil}.yaml`),
          }),
          creation(`service.${evil}x`, { networking: { ports: { [evil]: {} } }, process: { command: [evil] } }),
        ],
        withheld: [{ address: 'service.x', reason: 'protected', summary: evil }],
        conflicts: [conflict('service.x', { summary: evil, engine: evil })],
        ignored: [
          ignoreHit('service.x', `$['${evil}']`, { reason: evil }),
          ignoreHit('service.x', `$..['${evil}']`, { reason: evil, status: 'expired', until: evil }),
        ],
        steps: [step(`service.${evil}`, evil, { cause: evil })],
      }),
      { color: false, width: 80, verbose: true },
    );

    expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(text).toContain('service.a\\u001b[2Jb\\r\\n\\u202ec\\u0007\\u009b31m will be restarted');
  });

  it('adds colours only when asked to, and then around the same text', () => {
    const sample = plan({ changes: [removal('service.old')] });

    const colored = renderPlan(sample, { ...PLAIN, color: true });

    expect(colored).toContain('\u001B[31m  -\u001B[39m \u001B[1mservice.old\u001B[22m will be removed');
    expect(colored.replaceAll(/\u001B\[\d+m/g, '')).toBe(renderPlan(sample, PLAIN));
  });

  it('shortens long values around what differs, and keeps each line within a narrow terminal', () => {
    const shared = `line one\n${'x'.repeat(5000)}`;
    const sample = plan({
      changes: [
        change('service.web', {
          differences: [
            difference(['process', 'command'], {
              before: ['sh', `${shared}1`],
              after: ['sh', `${shared}2`],
              source: source(7, 5, 'web.yaml'),
            }),
          ],
          source: source(2, 3, 'web.yaml'),
        }),
      ],
    });

    expect(renderPlan(sample, { color: false, width: 60 }).split('\n').slice(2, -2)).toEqual([
      '  ~ service.web will be restarted (differs) web.yaml:2:3',
      '      process.command: …xxxx1"] → …xxxx2"] (forces restart)',
      '          web.yaml:7:5',
    ]);
    expect(renderPlan(sample, { color: false, width: 60, verbose: true })).toContain('x'.repeat(5000));
    for (const line of renderPlan(sample, { color: false, width: 40 }).split('\n').slice(2, -2)) {
      expect(line.length).toBeLessThanOrEqual(50);
    }
  });

  it('lists every field of a creation and every step when it is to be verbose', () => {
    const sample = plan({
      changes: [creation('service.web', WEB)],
      steps: [step('service.web', 'start', { cause: 'missing' })],
    });

    expect(renderPlan(sample, { ...PLAIN, verbose: true })).toBe(
      [
        'Plan for local at 1a2b3c4:',
        '',
        '  + service.web will be created (does not exist yet) environments/local/web.yaml:3:3',
        '      process.command: ["node", "server.js"]',
        '      process.stop_grace_period: "10s"',
        '      networking.ports.8080/tcp.host_port: 8080',
        '      environment_variables.API_TOKEN: (secret)',
        '      environment_variables.LOG_LEVEL: "debug"',
        '      health_check.endpoints["http://localhost:8080/health"].method: "GET"',
        '      health_check.interval: "30s"',
        '',
        'Steps:',
        '  service.web:start  missing',
        '',
        'Plan: 1 to create, 0 to change, 0 to replace, 0 to remove; 0 unchanged.',
      ].join('\n'),
    );
  });

  it('renders 5,000 changes', () => {
    const changes = Array.from({ length: 5000 }, (_, index) =>
      change(`service.s${index}`, {
        differences: [difference(['process', 'command'], { before: ['a'], after: ['b'] })],
      }),
    );

    expect(renderPlan(plan({ changes }), PLAIN).split('\n')).toHaveLength(2 + 2 * 5000 + 2);
  });
});
