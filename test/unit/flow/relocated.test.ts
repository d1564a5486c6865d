import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ANY_ROOT, HOST_PATHS, relocated } from '../../../src/flow/relocated.ts';
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  member,
  memberAt,
  parseJson,
} from '../../../src/model/json.ts';
import { environment } from '../../support/builders.ts';
import { service } from '../../support/planning.ts';

function moved(config: JsonObject, to: string): JsonObject | undefined {
  const placed = relocated(environment([service('web', { config })]), '/home/kim/shop', to);
  return placed.resources.get('service.web')?.config;
}

const CONFIG = {
  process: { command: ['/home/kim/shop/run'], cwd: '/home/kim/shop' },
  storage: {
    volumes: {
      data: { volume: 'data', host_path: null },
      conf: { host_path: '/home/kim/shop/app/conf' },
      '/etc/ssl': { host_path: '/etc/ssl' },
      beside: { host_path: '/home/kim/shop2/conf' },
    },
  },
};

describe('desired in another checkout', () => {
  it('has its own paths there, and what lies outside of the repo where it was', () => {
    expect(moved(CONFIG, '/srv/ci')).toMatchObject({
      process: { command: ['/home/kim/shop/run'], cwd: '/srv/ci' },
      storage: {
        volumes: {
          data: { volume: 'data', host_path: null },
          conf: { host_path: '/srv/ci/app/conf' },
          '/etc/ssl': { host_path: '/etc/ssl' },
          beside: { host_path: '/home/kim/shop2/conf' },
        },
      },
    });
  });

  it('is in no checkout in particular where nobody asks for one', () => {
    expect(moved(CONFIG, ANY_ROOT)).toMatchObject({
      process: { cwd: '.' },
      storage: { volumes: { conf: { host_path: './app/conf' } } },
    });
  });
});

const SCHEMA = parseJson(readFileSync(join(import.meta.dirname, '../../../schemas/environment.json'), 'utf8'));

/** The names of each field below a definition that holds a path of the host, as they are resolved. */
function hostPathsOf(schema: Json): readonly (readonly string[])[] {
  const reference = member(schema, '$ref');
  if (typeof reference === 'string') return hostPathsOf(memberAt(SCHEMA, '$defs', reference.slice('#/$defs/'.length)));
  const mark = member(schema, 'x-path');
  if (mark === 'host' || mark === 'output') return [[]];
  const below = (name: string, part: Json): readonly (readonly string[])[] =>
    hostPathsOf(part).map((names) => [name, ...names]);
  const properties = member(schema, 'properties');
  const choices = ['anyOf', 'oneOf', 'allOf'].flatMap((key) => {
    const parts = member(schema, key);
    return isJsonArray(parts) ? parts.flatMap(hostPathsOf) : [];
  });
  return [
    ...choices,
    ...(isJsonObject(properties) ? Object.entries(properties).flatMap(([name, part]) => below(name, part)) : []),
    ...(isJsonObject(member(schema, 'items')) ? below('*', member(schema, 'items')) : []),
    ...(isJsonObject(member(schema, 'additionalProperties')) ? below('*', member(schema, 'additionalProperties')) : []),
  ];
}

describe('paths of the host', () => {
  it('are all those that the schema marks', () => {
    const marked = ['service', 'vm', 'cluster']
      .flatMap((name) => hostPathsOf(memberAt(SCHEMA, '$defs', name)))
      // Addons are resolved to what they are and where.
      .map((names) => (names.join('.') === 'addons.*' ? 'addons.*.path' : names.join('.')));

    expect(new Set(HOST_PATHS.map((names) => names.join('.')))).toEqual(new Set(marked));
  });

  it('of VMs and clusters move with the checkout, and URLs are left alone', () => {
    const config = {
      kernel: '/home/kim/shop/vmlinuz',
      initrd: null,
      image: { location: 'https://images.example.com/home/kim/shop/a.qcow2', digest: null },
      mounts: { '/src': { host_path: '/home/kim/shop/app', guest_path: '/src' } },
      ready: { ssh: { key: '/home/kim/shop/keys/builder' }, timeout: '5m' },
      addons: { 'a.yaml': { path: '/home/kim/shop/a.yaml', position: 0 } },
      kubeconfig: { path: null },
    };

    expect(moved(config, '/srv/ci')).toMatchObject({
      ...config,
      kernel: '/srv/ci/vmlinuz',
      mounts: { '/src': { host_path: '/srv/ci/app', guest_path: '/src' } },
      ready: { ssh: { key: '/srv/ci/keys/builder' }, timeout: '5m' },
      addons: { 'a.yaml': { path: '/srv/ci/a.yaml', position: 0 } },
    });
  });
});
