import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { schemaFields } from '../support/schema-fields.ts';
import { MANIFEST } from '../support/shop.ts';

/** A service with every field that the process engine carries in use. */
function base(): Manifest {
  return {
    name: 'local',
    project: 'shop',
    services: {
      base: {
        process: { command: ['sleep', '1000'] },
        health_check: { test: ['CMD', 'true'], interval: '10s', timeout: '10s' },
      },
      web: {
        type: 'application',
        role: 'frontend',
        process: {
          command: ['sleep', '2000'],
          cwd: '.',
          restart: 'no',
          stop_signal: 'SIGTERM',
          stop_grace_period: '10s',
        },
        networking: { ports: ['18471'] },
        storage: {
          volumes: ['data', { type: 'bind', host_path: '../../app.conf', mode: 'ro', watch_content: 'restart' }],
        },
        health_check: { test: ['CMD', 'true'], interval: '5s', timeout: '5s', retries: 3, start_period: '0s' },
        dependencies: { base: { condition: 'service_started', restart: false, criticality: 'required' } },
        environment_variables: { LOG_LEVEL: 'info' },
        labels: { team: 'core' },
        protect: false,
        deletion_policy: 'delete',
      },
    },
    volumes: {
      data: { labels: { team: 'core' }, metadata: { purpose: 'orders' }, protect: false, deletion_policy: 'retain' },
    },
  };
}

type Manifest = Record<string, Record<string, Record<string, unknown>> | string>;

interface Row {
  /** Makes the edit. */
  edit(web: Fields, manifest: { readonly volumes: Fields; readonly services: Fields }): void;
  /** Field paths of exactly the differences that the edit makes. */
  readonly differs: readonly string[];
  /** Whether the command is started anew for it. */
  readonly restarts?: boolean;
  /** What the OS says afterwards. */
  proof?(pid: number, repo: ScratchRepo): void;
}

interface Refusal {
  readonly refused: RegExp;
  edit(web: Fields, manifest: { readonly volumes: Fields; readonly services: Fields }): void;
}

/** A field that is no value to compare: where it is looked at instead. */
interface Elsewhere {
  readonly elsewhere: string;
}

type Fields = Record<string, Record<string, unknown>>;

const environ = (pid: number): readonly string[] => readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
const commandLine = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, 'utf8');

const set =
  (group: string, name: string, value: unknown): Row['edit'] =>
  (web) => {
    web[group] = { ...web[group], [name]: value };
  };

const health = (name: string, value: unknown): Row => ({
  edit: set('health_check', name, value),
  differs: [`$['health_check']['${name}']`],
});

const limit = (name: string, value: unknown): Refusal => ({
  refused: /limits|reservation/,
  edit: (web) => {
    web['resource_limits'] = { [name]: value };
  },
});

const network = (attachment: object): Refusal => ({
  refused: /network/,
  edit: (web, manifest) => {
    set('networking', 'networks', { inner: attachment })(web, manifest);
    Object.assign(manifest, { networks: { inner: {} } });
  },
});

const SERVICE: Readonly<Record<string, Row | Refusal | Elsewhere>> = {
  name: { elsewhere: 'a new physical name is a move: moved.test.ts' },
  'adopted.name': { elsewhere: 'an error at its line: unit tests of the manifest' },
  engine: { elsewhere: 'another engine is a removal and a creation: unit tests of the plan' },
  profiles: { elsewhere: 'which services there are at all: unit tests of the manifest' },
  run: { elsewhere: 'apply.test.ts: jobs run once' },
  type: {
    edit: (web) => Object.assign(web, { type: 'monitoring' }),
    differs: ["$['type']"],
  },
  role: { edit: (web) => Object.assign(web, { role: 'backend' }), differs: ["$['role']"] },
  'process.command': {
    edit: set('process', 'command', ['sleep', '3000']),
    differs: ["$['process']['command']"],
    restarts: true,
    proof: (pid) => expect(commandLine(pid)).toMatch(/sleep\x003000\x00$/),
  },
  'process.cwd': {
    edit: set('process', 'cwd', '..'),
    differs: ["$['process']['cwd']"],
    restarts: true,
    proof: (pid, repo) => expect(readlinkSync(`/proc/${pid}/cwd`)).toBe(join(repo.root, 'environments')),
  },
  'process.restart': { edit: set('process', 'restart', 'always'), differs: ["$['process']['restart']"] },
  'process.stop_signal': { edit: set('process', 'stop_signal', 'SIGINT'), differs: ["$['process']['stop_signal']"] },
  'process.stop_grace_period': {
    edit: set('process', 'stop_grace_period', '3s'),
    differs: ["$['process']['stop_grace_period']"],
  },
  'environment_variables.*.secret': {
    edit: set('environment_variables', 'TOKEN', { secret: true, source: 'inline', value: 'hunter-22' }),
    differs: ["$['environment_variables']['TOKEN']"],
    restarts: true,
    proof: (pid, repo) => {
      expect(environ(pid)).toContain('TOKEN=hunter-22');
      for (const text of engineEntries(repo).values()) expect(text).not.toContain('hunter');
    },
  },
  'environment_variables.*.source': { elsewhere: 'secrets.test.ts: inline, file and command' },
  'environment_variables.*.value': {
    edit: set('environment_variables', 'LOG_LEVEL', 'debug'),
    differs: ["$['environment_variables']['LOG_LEVEL']"],
    restarts: true,
    proof: (pid) => expect(environ(pid)).toContain('LOG_LEVEL=debug'),
  },
  'networking.ports.*.host_port': {
    edit: set('networking', 'ports', ['18471', '18473']),
    differs: ["$['networking']['ports']['18473/tcp']"],
    restarts: true,
  },
  'networking.ports.*.protocol': {
    edit: set('networking', 'ports', ['18471', '18474/udp']),
    differs: ["$['networking']['ports']['18474/udp']"],
    restarts: true,
  },
  'networking.ports.*.host_ip': {
    edit: set('networking', 'ports', ['18471', '127.0.0.1:18475:18475']),
    differs: ["$['networking']['ports']['127.0.0.1:18475/tcp']"],
    restarts: true,
  },
  'networking.ports.*.container_port': { refused: /port/, edit: set('networking', 'ports', ['18471:80']) },
  'networking.hostname': { refused: /host ?name/, edit: set('networking', 'hostname', 'web') },
  'networking.networks.*.aliases': network({ aliases: ['www'] }),
  'networking.networks.*.ipv4_address': network({ ipv4_address: '172.28.0.9' }),
  'networking.networks.*.ipv6_address': network({ ipv6_address: 'fd00::9' }),
  'storage.volumes.*.volume': {
    edit: (web, manifest) => {
      set('storage', 'volumes', [...((web['storage']?.['volumes'] ?? []) as unknown[]), 'more'])(web, manifest);
      Object.assign(manifest.volumes, { more: {} });
    },
    differs: ["$['storage']['volumes']['more']"],
    restarts: true,
    proof: (pid, repo) =>
      expect(environ(pid)).toContain(`TRUEUP_VOLUME_MORE=${join(repo.engineRoot, 'volumes/shop_more/data')}`),
  },
  'storage.volumes.*.type': { elsewhere: 'volume and bind are both in use here' },
  'storage.volumes.*.host_path': {
    edit: set('storage', 'volumes', [
      'data',
      { host_path: '../../app.conf', mode: 'ro', watch_content: 'restart' },
      { host_path: '../../more.conf' },
    ]),
    differs: ["$['storage']['volumes']['more.conf']"],
    restarts: true,
  },
  'storage.volumes.*.mode': {
    edit: set('storage', 'volumes', ['data', { host_path: '../../app.conf', mode: 'rw', watch_content: 'restart' }]),
    differs: ["$['storage']['volumes']['app.conf']['mode']"],
    restarts: true,
  },
  'storage.volumes.*.watch_content': {
    edit: set('storage', 'volumes', ['data', { host_path: '../../app.conf', mode: 'ro', watch_content: 'report' }]),
    differs: ["$['storage']['volumes']['app.conf']['watch_content']"],
  },
  'storage.volumes.*.container_path': { refused: /path/, edit: set('storage', 'volumes', ['data:/var/lib/data']) },
  'storage.tmpfs.*.container_path': { refused: /tmpfs/, edit: set('storage', 'tmpfs', ['/tmp']) },
  'storage.tmpfs.*.size': {
    refused: /tmpfs/,
    edit: set('storage', 'tmpfs', [{ container_path: '/tmp', size: '1MiB' }]),
  },
  'storage.tmpfs.*.mode': {
    refused: /tmpfs/,
    edit: set('storage', 'tmpfs', [{ container_path: '/tmp', mode: '1777' }]),
  },
  'health_check.test': health('test', ['CMD', 'sh', '-c', 'true']),
  'health_check.interval': health('interval', '6s'),
  'health_check.timeout': health('timeout', '2s'),
  'health_check.retries': health('retries', 4),
  'health_check.start_period': health('start_period', '1s'),
  'health_check.endpoints.*.url': { elsewhere: 'gates.test.ts: endpoints of a real server' },
  'health_check.endpoints.*.method': { elsewhere: 'gates.test.ts: endpoints of a real server' },
  'health_check.endpoints.*.expected_status': { elsewhere: 'gates.test.ts: endpoints of a real server' },
  'health_check.endpoints.*.timeout_ms': { elsewhere: 'gates.test.ts: endpoints of a real server' },
  'health_check.expected_response.status_code': { elsewhere: 'gates.test.ts: endpoints of a real server' },
  'health_check.expected_response.body_pattern': { elsewhere: 'gates.test.ts: endpoints of a real server' },
  'health_check.expected_response.json_path': { elsewhere: 'gates.test.ts: endpoints of a real server' },
  'dependencies.*.condition': {
    edit: set('dependencies', 'base', { condition: 'service_healthy' }),
    differs: ["$['dependencies']['service.base']['condition']"],
  },
  'dependencies.*.restart': {
    edit: set('dependencies', 'base', { restart: true }),
    differs: ["$['dependencies']['service.base']['restart']"],
  },
  'dependencies.*.criticality': {
    edit: set('dependencies', 'base', { criticality: 'optional' }),
    differs: ["$['dependencies']['service.base']['criticality']"],
  },
  'resource_limits.cpu_limit': limit('cpu_limit', 1),
  'resource_limits.memory_limit': limit('memory_limit', '64MiB'),
  'resource_limits.cpu_reservation': limit('cpu_reservation', 1),
  'resource_limits.memory_reservation': limit('memory_reservation', '64MiB'),
  'post_start.*.command': { elsewhere: 'nothing that an engine has: hooks.test.ts' },
  'post_start.*.working_dir': { elsewhere: 'nothing that an engine has: hooks.test.ts' },
  'post_start.*.environment.*.secret': { elsewhere: 'nothing that an engine has: hooks.test.ts' },
  'post_start.*.environment.*.source': { elsewhere: 'nothing that an engine has: hooks.test.ts' },
  'post_start.*.environment.*.value': { elsewhere: 'nothing that an engine has: hooks.test.ts' },
  'pre_stop.*.command': { elsewhere: 'nothing that an engine has: hooks.test.ts' },
  'pre_stop.*.working_dir': { elsewhere: 'nothing that an engine has: hooks.test.ts' },
  'pre_stop.*.environment.*.secret': { elsewhere: 'nothing that an engine has: hooks.test.ts' },
  'pre_stop.*.environment.*.source': { elsewhere: 'nothing that an engine has: hooks.test.ts' },
  'pre_stop.*.environment.*.value': { elsewhere: 'nothing that an engine has: hooks.test.ts' },
  'post_start.*.user': {
    refused: /user/,
    edit: (web) => Object.assign(web, { post_start: [{ command: ['true'], user: 'nobody' }] }),
  },
  'post_start.*.privileged': {
    refused: /rights/,
    edit: (web) => Object.assign(web, { post_start: [{ command: ['true'], privileged: true }] }),
  },
  'pre_stop.*.user': {
    refused: /user/,
    edit: (web) => Object.assign(web, { pre_stop: [{ command: ['true'], user: 'nobody' }] }),
  },
  'pre_stop.*.privileged': {
    refused: /rights/,
    edit: (web) => Object.assign(web, { pre_stop: [{ command: ['true'], privileged: true }] }),
  },
  on_failure: { elsewhere: 'what becomes of a run, and nothing that an engine has: rollback.test.ts' },
  drift: { elsewhere: 'what passes do, and nothing that an engine has: unit tests of plans by policy' },
  labels: { edit: set('labels', 'team', 'ops'), differs: ["$['labels']['team']"] },
  protect: { edit: (web) => Object.assign(web, { protect: true }), differs: ["$['protect']"] },
  deletion_policy: {
    edit: (web) => Object.assign(web, { deletion_policy: 'retain' }),
    differs: ["$['deletion_policy']"],
  },
};

const volume =
  (values: object): Row['edit'] =>
  (_, { volumes }) =>
    Object.assign(volumes['data'] ?? {}, values);

const VOLUME: Readonly<Record<string, Row | Refusal | Elsewhere>> = {
  name: { elsewhere: 'a new physical name is a move: moved.test.ts' },
  engine: { elsewhere: 'the engine of its users: unit tests of the manifest' },
  'adopted.name': { elsewhere: 'what is claimed: unit tests of claims' },
  external: { elsewhere: 'it is then only checked for: unit tests of compare' },
  type: { elsewhere: 'only named volumes are carried out: unit tests of the manifest' },
  'metadata.backup_enabled': { elsewhere: 'nothing that an engine has: backups.test.ts' },
  'metadata.backups_kept': { elsewhere: 'nothing that an engine has: backups.test.ts' },
  driver: { refused: /driver/, edit: volume({ driver: 'nfs' }) },
  driver_opts: { refused: /driver/, edit: volume({ driver_opts: { o: 'ro' } }) },
  labels: { edit: volume({ labels: { team: 'ops' } }), differs: ["$['labels']['team']"] },
  'metadata.purpose': { edit: volume({ metadata: { purpose: 'carts' } }), differs: ["$['metadata']['purpose']"] },
  'metadata.size_estimate_gb': {
    edit: volume({ metadata: { purpose: 'orders', size_estimate_gb: 2 } }),
    differs: ["$['metadata']['size_estimate_gb']"],
  },
  protect: { edit: volume({ protect: true }), differs: ["$['protect']"] },
  deletion_policy: { edit: volume({ deletion_policy: 'delete' }), differs: ["$['deletion_policy']"] },
  drift: { elsewhere: 'what passes do, and nothing that an engine has: unit tests of plans by policy' },
};

const ROWS = [
  ...Object.entries(SERVICE).map(([field, row]) => ({ of: 'service', field, row })),
  ...Object.entries(VOLUME).map(([field, row]) => ({ of: 'volume', field, row })),
];

function manifestWith(row: Row | Refusal | null): string {
  const manifest = base();
  const { services, volumes } = manifest as unknown as { services: Record<string, Fields>; volumes: Fields };
  row?.edit(services['web'] ?? {}, manifest as never);
  return stringify({ ...manifest, services, volumes }, { lineWidth: 0 });
}

const FILES = { 'app.conf': 'first\n', 'more.conf': 'more\n' };
const APPLY = ['apply', '--auto-approve'] as const;

interface PlanJson {
  readonly resource_changes: readonly {
    readonly address: string;
    readonly differences: readonly {
      readonly field_path: string;
      readonly cause: string;
      readonly after: unknown;
      readonly source: { readonly file: string; readonly start: { readonly line: number } } | null;
    }[];
  }[];
}

/** What the line that declares a field must hold: its name, or the value itself. */
function marksOf({
  field_path: path,
  after,
}: PlanJson['resource_changes'][number]['differences'][number]): readonly string[] {
  const name = /\['([^']*)'\]$/.exec(path)?.[1] ?? path;
  const port = name.split('/')[0]?.split(':').at(-1) ?? name;
  const values = typeof after === 'string' || typeof after === 'number' ? [String(after)] : [];
  return [`${name}:`, `- ${name}`, port, ...values, ...(Array.isArray(after) ? after.map(String) : [])];
}

async function planned(repo: ScratchRepo): Promise<PlanJson> {
  const { stdout, stderr, status } = await repo.trueup(['plan', '--output', 'json', '--no-report']);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return JSON.parse(stdout) as PlanJson;
}

describe('the rows of this table', () => {
  it('cover every field of the schema that a process or its volume can be given', () => {
    const engineOnly = (field: string): boolean =>
      field.startsWith('container.') || field === 'health_check.start_interval';
    const wanted = schemaFields('service').filter((field) => !engineOnly(field));

    expect(Object.keys(SERVICE).sort()).toEqual(wanted.toSorted());
    expect(Object.keys(VOLUME).sort()).toEqual(schemaFields('volume').toSorted());
  });
});

describe('each field that the process engine carries', () => {
  const rows = ROWS.filter((item): item is { of: string; field: string; row: Row } => 'differs' in item.row);

  it.each(rows)(
    '$of $field: changed in the manifest is exactly that difference with its line, applied, and empty again',
    async ({ row }) => {
      await using repo = await scratchRepo({ [MANIFEST]: manifestWith(null), ...FILES });
      expect(await repo.trueup([...APPLY])).toMatchObject({ status: 0 });
      const before = await repo.pids();
      const text = manifestWith(row);
      await repo.write({ [MANIFEST]: text });

      const plan = await planned(repo);
      const applied = await repo.trueup([...APPLY]);
      const pids = await repo.pids();
      await repo.removeState();
      const again = await repo.trueup(['plan', '--detailed-exitcode']);

      const differences = plan.resource_changes.flatMap((change) => change.differences);
      expect(differences.map(({ field_path: path }) => path)).toEqual(row.differs);
      expect(differences.every(({ cause }) => cause === 'git')).toBe(true);
      for (const difference of differences) {
        const line = text.split('\n')[(difference.source?.start.line ?? 0) - 1] ?? '';
        expect(
          marksOf(difference).some((mark) => line.includes(mark)),
          `${difference.field_path}: ${line}`,
        ).toBe(true);
      }
      expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 0 });
      expect(again, again.stdout).toMatchObject({ status: 0 });
      expect(pids['service.web'] === before['service.web']).toBe(row.restarts !== true);
      row.proof?.(pids['service.web'] ?? 0, repo);
    },
  );

  it.each(rows)('$of $field: changed by hand is drift with its cause, healed, and quiet after', async ({ of, row }) => {
    await using repo = await scratchRepo({ [MANIFEST]: manifestWith(row), ...FILES });
    expect(await repo.trueup([...APPLY])).toMatchObject({ status: 0 });
    await repo.write({ [MANIFEST]: manifestWith(null) });
    // The engine is put into the state of the edited manifest while git says, and always said, the base.
    const entries = engineEntries(repo);
    expect(await repo.trueup([...APPLY])).toMatchObject({ status: 0 });
    const edited = engineEntries(repo);
    for (const [file, old] of entries) if (edited.has(file)) mergeConfig(file, old, of);

    const drift = await repo.trueup(['drift', '--output', 'json', '--no-report']);
    const healed = await repo.trueup([...APPLY]);
    const quiet = await repo.trueup(['drift']);

    expect(drift.status).toBe(2);
    const found = JSON.parse(drift.stdout) as { resource_drift: PlanJson['resource_changes'] };
    const differences = found.resource_drift.flatMap((item) => item.differences);
    expect(differences.map(({ field_path: path }) => path)).toEqual(row.differs);
    expect(differences.every(({ cause }) => cause === 'world')).toBe(true);
    expect(healed).toMatchObject({ status: 0 });
    expect(quiet).toMatchObject({ status: 0 });
  });
});

describe('each field that the process engine cannot honour', () => {
  const rows = ROWS.filter((item): item is { of: string; field: string; row: Refusal } => 'refused' in item.row);

  it.each(rows)('$of $field: is an error at its line', async ({ row }) => {
    const text = manifestWith(row);
    await using repo = await scratchRepo({ [MANIFEST]: text, ...FILES });

    const validated = await repo.trueup(['validate', '--output', 'json']);

    expect(validated.status).toBe(65);
    const { diagnostics } = JSON.parse(validated.stdout) as {
      diagnostics: { code: string; summary: string; detail: string; source: { start: { line: number } } }[];
    };
    const [first] = diagnostics;
    expect(first?.code).toBe('not_supported');
    expect(`${first?.summary} ${first?.detail}`).toMatch(row.refused);
    expect(first?.source.start.line).toBeGreaterThan(3);
  });
});

function engineEntries(repo: ScratchRepo): ReadonlyMap<string, string> {
  const files = readdirSync(repo.engineRoot, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('entry.json'),
  );
  return new Map(files.map((file) => [join(repo.engineRoot, file), readFileSync(join(repo.engineRoot, file), 'utf8')]));
}

/** Writes the configured values of `old` into the entry, leaving what identifies the object. */
function mergeConfig(file: string, old: string, _of: string): void {
  const now = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const before = JSON.parse(old) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify({ ...now, config: before['config'] }));
}
