/** Mounts: what goes along when a container is replaced, what is requested how, and what files were told. */
import { describe, expect, it } from 'vitest';
import type { ContainerInspect } from '../../../../../src/drivers/docker/api/wire.ts';
import type { MountedVolume } from '../../../../../src/drivers/docker/fields/group.ts';
import { createBody, serviceFrom } from '../../../../../src/drivers/docker/fields/service.ts';
import { LABEL } from '../../../../../src/drivers/docker/labels.ts';
import { type JsonObject, memberAt } from '../../../../../src/model/json.ts';
import { kept } from './engine-memory.ts';
import { NOW } from '../engine-facts.ts';
import { bodyContext, differences, FURNISHED, labelled, mount, paths, serviceConfig, viewOf } from './scene.ts';

const HEX = 'ab'.repeat(32);

const INVENTORY = {
  networks: [],
  volumes: [{ Name: 'shop_data', Driver: 'local', Mountpoint: '', Labels: labelled('volume.data') }],
};

function withMounts(...mounts: readonly JsonObject[]): JsonObject {
  return serviceConfig({ storage: { volumes: Object.assign({}, ...mounts) as JsonObject } });
}

function mountsOf(config: JsonObject, anonymous: Readonly<Record<string, string>> = {}): unknown {
  return createBody(config, bodyContext(config, { image: FURNISHED, anonymous })).HostConfig.Mounts;
}

describe('the request', () => {
  it('names volumes by their physical names, and leaves the engine to name the others', () => {
    const declared = withMounts(mount('/v', { volume: 'data', mode: 'ro' }), mount('/anon'));

    expect(mountsOf(declared)).toEqual([
      { Type: 'volume', Source: 'shop_data', Target: '/v', ReadOnly: true },
      { Type: 'volume', Target: '/anon' },
    ]);
  });

  it('says how a volume of ours is to be made, where it is gone by then', () => {
    const declared = withMounts(mount('/v', { volume: 'data' }));
    const made = { Name: 'shop_data', Driver: 'local', DriverOpts: {}, Labels: { mark: 'ours' } };
    const withVolume = (volume: MountedVolume, facts = NOW): unknown =>
      createBody(declared, { ...bodyContext(declared, { image: FURNISHED }), facts, volumes: { data: volume } })
        .HostConfig.Mounts?.[0]?.['VolumeOptions'];
    const other = { ...made, Driver: 'nfs', DriverOpts: { o: '1' } };

    expect(withVolume({ name: 'shop_data', made })).toEqual({ Labels: { mark: 'ours' } });
    expect(withVolume({ name: 'shop_data', made: other })).toEqual({
      Labels: { mark: 'ours' },
      DriverConfig: { Name: 'nfs', Options: { o: '1' } },
    });
    // An engine refuses to mount what is there with another driver.
    expect(withVolume({ name: 'shop_data', made: other, keepsDriver: true })).toEqual({ Labels: { mark: 'ours' } });
    expect(withVolume({ name: 'shop_data' })).toBeUndefined();
    expect(withVolume({ name: 'shop_data', made }, { ...NOW, kind: 'podman' })).toBeUndefined();
  });

  it('asks for host paths in the form in which a missing one is an error', () => {
    const declared = withMounts(mount('/f', { type: 'bind', host_path: '/srv/f', mode: 'ro' }));

    expect(mountsOf(declared)).toEqual([{ Type: 'bind', Source: '/srv/f', Target: '/f', ReadOnly: true }]);
  });

  it('carries anonymous volumes over: declared ones, and those that the image asks for', () => {
    expect(mountsOf(withMounts(mount('/anon')), { '/anon': HEX, '/data': 'cd'.repeat(32) })).toEqual([
      { Type: 'volume', Source: HEX, Target: '/anon' },
      { Type: 'volume', Source: 'cd'.repeat(32), Target: '/data' },
    ]);
  });

  it('carries nothing to where the image asks for no volume, or where something else is wanted', () => {
    const tmpfs = { '/data': { container_path: '/data', size: null, mode: null } };

    expect(mountsOf(serviceConfig(), { '/old': HEX })).toBeUndefined();
    expect(mountsOf(serviceConfig({ storage: { tmpfs } }), { '/data': HEX })).toBeUndefined();
    expect(mountsOf(withMounts(mount('/data', { volume: 'data' })), { '/data': HEX })).toEqual([
      { Type: 'volume', Source: 'shop_data', Target: '/data' },
    ]);
  });

  it('is read back as it was declared, carried volumes and all', () => {
    const declared = withMounts(mount('/anon'));
    const body = createBody(
      declared,
      bodyContext(declared, { image: FURNISHED, anonymous: { '/anon': HEX, '/data': HEX } }),
    );

    const reading = serviceFrom(kept({ body, image: FURNISHED }), viewOf(FURNISHED, INVENTORY, NOW));

    expect(differences('service', declared, reading)).toEqual([]);
  });
});

describe('a host path', () => {
  it.each([
    ['mounts', { Mounts: [{ Type: 'bind', Source: '/Users/kim/app/', Target: '/app/' }] }],
    ['binds', { Binds: ['/Users/kim/app:/app:ro'] }],
  ])('is the one that was asked for, where the engine has its own idea of it: %s', (_, HostConfig) => {
    const declared = serviceConfig();
    const body = createBody(declared, bodyContext(declared));
    const seen: ContainerInspect = {
      ...kept({ body, image: FURNISHED }),
      HostConfig,
      Mounts: [{ Type: 'bind', Source: '/host_mnt/Users/kim/app', Destination: '/app', RW: true }],
    };

    const { configured } = serviceFrom(seen, viewOf(FURNISHED, INVENTORY, NOW));

    expect(memberAt(configured, 'storage', 'volumes', '/app', 'host_path')).toBe('/Users/kim/app');
  });
});

describe('the content of mounted files', () => {
  const file = (content: string | null, watch: string | null = null): JsonObject =>
    withMounts(mount('/f', { type: 'bind', host_path: '/srv/f', mode: 'ro', content, watch_content: watch }));
  const made = (config: JsonObject): ContainerInspect =>
    kept({ body: createBody(config, bodyContext(config, { image: FURNISHED })), image: FURNISHED });

  it('stands on a label, by path, as it was at the creation', () => {
    expect(made(file('sha256:ab')).Config.Labels?.[LABEL.content]).toBe('{"/f":"sha256:ab"}');
    expect(made(file(null)).Config.Labels).not.toHaveProperty(LABEL.content);
  });

  it('is what the process was last told, where that is known', () => {
    const view = viewOf(FURNISHED, INVENTORY, NOW);
    const inspect = made(file('sha256:old'));

    expect(paths(differences('service', file('sha256:new'), serviceFrom(inspect, view)))).toEqual([
      "$['storage']['volumes']['/f']['content']",
    ]);
    const told = serviceFrom(inspect, { ...view, content: { '/f': 'sha256:new' } });
    expect(differences('service', file('sha256:new'), told)).toEqual([]);
  });

  it.each([
    [null, 'restart'],
    ['restart', 'restart'],
    ['report', 'in_place'],
    ['signal:HUP', 'in_place'],
  ])('takes, with watch_content %s, a %s', (watch, effect) => {
    const reading = serviceFrom(made(file('sha256:old')), viewOf(FURNISHED, INVENTORY, NOW));

    expect(differences('service', file('sha256:new', watch), reading).map((difference) => difference.effect)).toEqual([
      effect,
    ]);
  });

  it('is no difference where nobody asks for it any more, or only its spelling differs', () => {
    const reading = serviceFrom(made(file('sha256:AB')), viewOf(FURNISHED, INVENTORY, NOW));

    expect(differences('service', file(null), reading)).toEqual([]);
    expect(differences('service', file('sha256:ab'), reading)).toEqual([]);
  });

  it('is unknown where the label cannot be read, and breaks nothing', () => {
    const inspect = made(file('sha256:ab'));
    const damaged = {
      ...inspect,
      Config: { ...inspect.Config, Labels: { [LABEL.content]: '{', [LABEL.secrets]: '7' } },
    };

    const { configured } = serviceFrom(damaged, viewOf(FURNISHED, INVENTORY, NOW));

    expect(memberAt(configured, 'storage', 'volumes', '/f', 'content')).toBeNull();
  });
});
