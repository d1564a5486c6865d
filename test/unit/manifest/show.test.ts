import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { LoadedEnvironment } from '../../../src/manifest/environment.ts';
import { showEnvironment } from '../../../src/manifest/show.ts';
import { fieldPath } from '../../../src/model/field-path.ts';
import { isJsonObject, type Json } from '../../../src/model/json.ts';
import { ENVIRONMENT } from './arbitraries.ts';
import { described, load, loadOne } from './support.ts';

async function loadLocal(manifest: unknown): Promise<{ environment: LoadedEnvironment; text: string }> {
  const text = stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false });
  const result = await load({
    'environments/local/main.yaml': text,
    'environments/local/conf.json': '{}',
    'other.json': '[]',
  });
  const [environment] = result.environments;
  if (environment === undefined) throw new Error(`${described(result.diagnostics).join('\n')}\n${text}`);
  return { environment, text };
}

/** What it is asked for, such as the place of a field, comes from another file. */
function comparable({ resources, ignore_differences: rules, ...rest }: LoadedEnvironment): unknown {
  const ignored = rules.map(({ address, field_path, reason, until }) => ({ address, field_path, reason, until }));
  const values = Object.entries(rest).filter(([, value]) => typeof value !== 'function');
  return { ...Object.fromEntries(values), ignored, resources: [...resources.values()] };
}

/** What a field may also be without standing in the manifest. */
const DEFAULTS: ReadonlySet<string> = new Set([
  'application',
  'bind',
  'bridge',
  'completed',
  'default',
  'delete',
  'local',
  'missing',
  'named_volume',
  'required',
  'retain',
  'service_started',
  'SIGTERM',
  'volume',
]);

/** Every leaf of a resolved configuration, with its path. */
function leaves(value: Json, names: readonly string[] = []): readonly (readonly [readonly string[], Json])[] {
  if (!isJsonObject(value)) return [[names, value]];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, [...names, key]));
}

describe('show', () => {
  it('prints a manifest that is valid and resolves to the same', async () => {
    await fc.assert(
      fc.asyncProperty(ENVIRONMENT, async (manifest) => {
        const { environment } = await loadLocal(manifest);
        const { environment: again } = await loadLocal(showEnvironment(environment));

        expect(comparable(again)).toEqual(comparable(environment));
        expect(showEnvironment(again)).toEqual(showEnvironment(environment));
      }),
      { numRuns: 150 },
    );
  });

  it('writes everything out, lists as lists', async () => {
    const environment = await loadOne(`
services:
  web:
    process: { command: run --now }
    networking: { ports: [8080] }
    dependencies: [db]
  db: { process: { command: [run] }, run: once, health_check: { test: ping } }
`);

    expect(showEnvironment(environment)['services']).toEqual({
      db: {
        name: 'local-db-1',
        type: 'application',
        engine: 'process',
        process: {
          command: ['run'],
          cwd: '/repo-that-is-nowhere/environments/local',
          restart: 'no',
          stop_signal: 'SIGTERM',
          stop_grace_period: '10s',
        },
        run: 'once',
        networking: { ports: [] },
        storage: { volumes: [], tmpfs: [] },
        health_check: { test: ['CMD-SHELL', 'ping'], interval: '30s', timeout: '30s', retries: 3, start_period: '0s' },
        dependencies: {},
        resource_limits: {},
        post_start: [],
        pre_stop: [],
        environment_variables: {},
        labels: {},
        protect: false,
        deletion_policy: 'delete',
      },
      web: {
        name: 'local-web-1',
        type: 'application',
        engine: 'process',
        process: {
          command: ['run', '--now'],
          cwd: '/repo-that-is-nowhere/environments/local',
          restart: 'no',
          stop_signal: 'SIGTERM',
          stop_grace_period: '10s',
        },
        run: 'always',
        networking: { ports: [{ host_port: 8080, container_port: 8080, protocol: 'tcp' }] },
        storage: { volumes: [], tmpfs: [] },
        dependencies: { 'service.db': { condition: 'service_started', restart: false, criticality: 'required' } },
        resource_limits: {},
        post_start: [],
        pre_stop: [],
        environment_variables: {},
        labels: {},
        protect: false,
        deletion_policy: 'delete',
      },
    });
  });

  it('shows secrets as they are declared, and never their value', async () => {
    const environment = await loadOne(
      `
variables: { key: { secret: true, value: hunter2 } }
services:
  web:
    process: { command: [run, "--key=$key"] }
    environment_variables:
      INLINE: { secret: true, value: hunter2 }
      FILE: { secret: true, source: file, value: .secrets/token }
      COMMAND: { secret: true, source: command, value: pass show token }
      BUILT: "Bearer $key"
`,
    );
    const shown = showEnvironment(environment);

    expect(JSON.stringify(shown)).not.toContain('hunter2');
    expect(shown['services']).toMatchObject({
      web: {
        process: { command: ['run', '(secret)'] },
        environment_variables: {
          INLINE: { secret: true, source: 'inline', value: '(secret)' },
          FILE: { secret: true, source: 'file', value: '/repo-that-is-nowhere/environments/local/.secrets/token' },
          COMMAND: { secret: true, source: 'command', value: ['pass', 'show', 'token'] },
          BUILT: { secret: true, source: 'inline', value: '(secret)' },
        },
      },
    });
  });
});

describe('locate', () => {
  it('finds the place of every value that stands in the manifest', async () => {
    await fc.assert(
      fc.asyncProperty(ENVIRONMENT, async (manifest) => {
        const { environment, text } = await loadLocal(manifest);
        const lines = text.split('\n');
        for (const resource of environment.resources.values()) {
          for (const [names, value] of leaves(resource.config)) {
            const source = environment.locate(resource.address, fieldPath(...names));
            expect(source).not.toBeNull();
            if (source === null || typeof value !== 'string' || !/^[A-Za-z/][\w.:/@-]{3,}$/.test(value)) continue;
            const isOnce = text.split(value).length === 2 && !DEFAULTS.has(value);
            const shown = lines.slice(source.start.line - 1, source.end.line).join('\n');
            if (isOnce) expect([names.join('.'), shown]).toEqual([names.join('.'), expect.stringContaining(value)]);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
