import { describe, expect, it } from 'vitest';
import { statusDocument } from '../../../src/report/status-document.ts';
import { renderStatus } from '../../../src/report/status-text.ts';
import type { EnvironmentStatus } from '../../../src/report/status.ts';
import { schemaErrors } from '../../support/schemas.ts';
import { environmentStatus, resource } from '../../support/status.ts';

const NOW = Date.parse('2026-01-31T12:00:00.000Z');
const OPTIONS = { color: false, width: 120, now: NOW };

const DEGRADED = environmentStatus({
  state: 'degraded',
  conditions: [
    {
      type: 'Ready',
      status: 'False',
      reason: 'Unhealthy',
      message: 'service.db exited',
      since: '2026-01-31T11:00:00.000Z',
    },
    { type: 'Stalled', status: 'False', reason: 'NotStalled', message: 'no', since: null },
  ],
  last_healthy: { commit: 'ffffeeeedddd', dirty: true },
  resources: [
    resource('service.api', { ports: ['8080:80/tcp', '9090/udp'], restarts: 3 }),
    resource('service.db', {
      run_state: 'failed',
      health: 'none',
      reason: 'exited with status 1',
      since: '2026-01-27T10:00:00.000Z',
    }),
    resource('volume.data', {
      run_state: null,
      health: 'none',
      since: null,
      details: { path: '/v', token: { $secret: 'hash-1' } },
    }),
    resource('service.web', { run_state: 'missing', health: 'none', since: null }),
  ],
});

describe('statusDocument', () => {
  it('fits its schema, and holds no hash of a secret', () => {
    const never = environmentStatus({
      state: 'uninitialized',
      conditions: [],
      last_applied: null,
      last_attempted: null,
      last_healthy: null,
    });
    const document = statusDocument({ environments: [DEGRADED, never] });

    expect(schemaErrors('status', document)).toEqual([]);
    expect(JSON.stringify(document)).not.toContain('hash-1');
    expect(document).toMatchObject({
      environments: [{ resources: [{}, {}, { details: { token: { $secret: 'unknown' } } }, {}] }, {}],
    });
  });
});

describe('renderStatus', () => {
  it('shows a line per environment, the conditions that matter, and a table of resources', () => {
    const report = {
      environments: [
        DEGRADED,
        environmentStatus({ name: 'ci', state: 'uninitialized', last_applied: null, last_healthy: null }),
      ],
    };

    expect(renderStatus(report, OPTIONS)).toBe(
      [
        'local: degraded, applied 1a2b3c4, last healthy ffffeee (dirty)',
        '  Ready=False Unhealthy: service.db exited',
        'RESOURCE     STATE              AGE       RESTARTS  PORTS                  ENGINE   REASON',
        'service.api  running (healthy)  1 m 40 s  3         8080:80/tcp, 9090/udp  process',
        'service.db   failed             4 d 02 h                                   process  exited with status 1',
        'volume.data  present                                                       process',
        'service.web  missing                                                       process',
        '',
        'ci: uninitialized, never applied',
      ].join('\n'),
    );
    expect(renderStatus({ environments: [] }, OPTIONS)).toBe('No environment is declared here.');
  });

  it('shows the image of a service, and images themselves only where somebody asks for them', () => {
    const id = `sha256:${'0123456789abcdef'.repeat(4)}`;
    const image = resource('image.nginx:1.27', { run_state: null, health: 'none', since: null });
    const resources = [image, resource('service.api', { image: id }), resource('service.web', { image: 'nginx:1.27' })];
    const table = (environment: EnvironmentStatus, verbose = false): readonly string[] =>
      renderStatus({ environments: [environment] }, { ...OPTIONS, verbose })
        .split('\n')
        .slice(1);

    expect(table(environmentStatus({ resources }))).toEqual([
      'RESOURCE     STATE              AGE       IMAGE         ENGINE',
      'service.api  running (healthy)  1 m 40 s  0123456789ab  process',
      'service.web  running (healthy)  1 m 40 s  nginx:1.27    process',
    ]);
    expect(table(environmentStatus({ resources: [image] })).at(-1)).toBe('image.nginx:1.27  present  process');
    expect(table(environmentStatus({ resources }), true).join('\n')).toContain('image.nginx:1.27  present');
  });

  it('leaves out and shortens what matters least until the table fits the terminal', () => {
    const report = { environments: [DEGRADED] };

    expect(
      renderStatus(report, { ...OPTIONS, width: 60 })
        .split('\n')
        .slice(2),
    ).toEqual([
      'RESOURCE     STATE              REASON',
      'service.api  running (healthy)',
      'service.db   failed             exited with status 1',
      'volume.data  present',
      'service.web  missing',
    ]);
    for (const width of [32, 40, 50, 70, 80, 100]) {
      const lines = renderStatus(report, { ...OPTIONS, width })
        .split('\n')
        .slice(2);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
    }
  });

  it('colours states only when asked to, and keeps columns aligned', () => {
    const colored = renderStatus({ environments: [DEGRADED] }, { ...OPTIONS, color: true });

    expect(colored).toContain('\u001B[32mrunning (healthy)\u001B[39m');
    expect(colored.replaceAll(/\u001B\[\d+m/g, '')).toBe(renderStatus({ environments: [DEGRADED] }, OPTIONS));
  });

  it('shows names and details when it is to be verbose, and no secret', () => {
    const text = renderStatus({ environments: [DEGRADED] }, { ...OPTIONS, width: 300, verbose: true });

    expect(text).toContain('Stalled=False NotStalled: no');
    expect(text).toContain('shop-volume.data');
    expect(text).toContain('path=/v token=(secret)');
    expect(text).not.toContain('hash-1');
  });

  it('lets nothing but text reach the terminal', () => {
    const evil = '\u001B[2Ja\u0007\nb';
    const environment = environmentStatus({
      name: evil,
      conditions: [{ type: 'Ready', status: 'False', reason: evil, message: evil, since: null }],
      resources: [
        resource(`service.${evil}`, {
          reason: evil,
          ports: [evil],
          engine: evil,
          name: evil,
          details: { [evil]: evil },
        }),
      ],
    });

    const text = renderStatus({ environments: [environment] }, { ...OPTIONS, width: 400, verbose: true });

    expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    expect(text.split('\n')).toHaveLength(4);
  });

  it('renders 2,000 resources', () => {
    const resources = Array.from({ length: 2000 }, (_, index) => resource(`service.s${index}`));

    expect(renderStatus({ environments: [environmentStatus({ resources })] }, OPTIONS).split('\n')).toHaveLength(2002);
  });
});

describe('the status of a VM', () => {
  const machine = {
    id: 'a-uuid',
    name: 'shop-builder',
    status: 'Running',
    arch: 'arm64',
    memoryMB: 4096,
    cpus: 4,
    diskSizeGB: 60,
    sshLocalPort: 2222,
    directory: '/var/lib/pool',
    createdAt: '2026-01-01T00:00:00.000Z',
    lastStarted: '2026-01-31T11:58:20.000Z',
    lastStopped: null,
  } as const;
  const pending = {
    address: 'vm.builder',
    field_path: "$['memory']",
    configured: '8GiB',
    effective: '4GiB',
    source: null,
  } as const;
  const builder = resource('vm.builder', { virtual_machine: machine, pending_restart: [pending] });

  it('carries what tools around VMs show, and what waits for a restart', () => {
    const document = statusDocument({ environments: [environmentStatus({ resources: [builder] })] });

    expect(schemaErrors('status', document)).toEqual([]);
    expect(document).toMatchObject({
      environments: [{ resources: [{ virtual_machine: machine, pending_restart: [pending] }] }],
    });
  });

  it('has none where it is not there, and no other type has the member', () => {
    const gone = resource('vm.builder', { run_state: 'missing', virtual_machine: null });
    const document = statusDocument({
      environments: [environmentStatus({ resources: [gone, resource('service.web')] })],
    });

    expect(schemaErrors('status', document)).toEqual([]);
    expect(JSON.stringify(document).match(/"virtual_machine":null/g)).toHaveLength(1);
  });

  it('says what its engine refuses of what is declared', () => {
    const file = {
      id: 'local/vm.builder',
      vmId: null,
      filename: 'environments/local/environment.yaml',
      content: 'vms: {}',
      isValid: false,
      validationErrors: ['libvirt knows no such element: disc'],
      createdAt: null,
      updatedAt: null,
    } as const;
    const refused = environmentStatus({ resources: [resource('vm.builder', { configuration_file: file })] });

    expect(schemaErrors('status', statusDocument({ environments: [refused] }))).toEqual([]);
    expect(renderStatus({ environments: [refused] }, OPTIONS)).toContain(
      'Refused vm.builder: libvirt knows no such element: disc',
    );
  });

  it('says both values of what waits for a restart', () => {
    const text = renderStatus({ environments: [environmentStatus({ resources: [builder] })] }, OPTIONS);

    expect(text).toContain('PENDING RESTART');
    expect(text).toContain('memory "4GiB" → "8GiB"');
  });
});
