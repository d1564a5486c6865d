/** Networks in both directions, and what of them the engine may choose. */
import { describe, expect, it } from 'vitest';
import type { NetworkInspect } from '../../../../../src/drivers/docker/api/wire.ts';
import { createNetworkBody, networkFrom } from '../../../../../src/drivers/docker/fields/network.ts';
import { createVolumeBody, volumeFrom } from '../../../../../src/drivers/docker/fields/volume.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { ENGINES, fixture } from './fixtures.ts';
import { differences, labelled, paths } from './scene.ts';

function networkConfig(parts: JsonObject = {}): JsonObject {
  return {
    driver: 'bridge',
    driver_opts: {},
    internal: false,
    attachable: false,
    ipam: { driver: 'default', config: {} },
    labels: {},
    protect: false,
    deletion_policy: 'delete',
    ...parts,
  };
}

function pools(...declared: readonly JsonObject[]): JsonObject {
  const entries = declared.map((pool) => [pool['subnet'], { gateway: null, ip_range: null, ...pool }]);
  return networkConfig({ ipam: { driver: 'default', config: Object.fromEntries(entries) as JsonObject } });
}

const ONE = { Subnet: '172.28.0.0/16', Gateway: '172.28.0.1' };
const SIX = { Subnet: 'fd00:0:0:5::/64', Gateway: 'fd00:0:0:5::1' };

/** As an engine has it: with subnets that it was told or that it chose. */
function network(
  config: readonly NonNullable<NonNullable<NetworkInspect['IPAM']>['Config']>[number][],
): NetworkInspect {
  return {
    Id: 'id',
    Name: 'shop_inner',
    Created: '',
    Driver: 'bridge',
    EnableIPv6: false,
    IPAM: { Driver: 'default', Config: config },
    Internal: false,
    Attachable: false,
    Options: {},
    Labels: labelled('network.inner'),
  };
}

describe('a network', () => {
  it.each(ENGINES)('of %s is what was declared', (engine) => {
    const { networks } = fixture(engine, 'everything');
    const named = (name: string): NetworkInspect | undefined => networks.find((one) => one.Name === name);
    const [inner, other] = [named('shop_default'), named('shop_other')];
    if (inner === undefined || other === undefined) throw new Error('the fixture has no such network');

    const declared = pools({ subnet: '172.31.7.0/24' }, { subnet: 'FD07::/64' });
    expect(differences('network', networkConfig(), networkFrom(inner))).toEqual([]);
    expect(differences('network', declared, networkFrom(other))).toEqual([]);
  });

  it('is requested with subnets in the one spelling that every engine takes, and with IPv6 only where one needs it', () => {
    const declared = pools(
      { subnet: '172.28.5.1/16', ip_range: '172.28.5.9/24' },
      { subnet: 'FD00:0:0:5::/64', gateway: 'fd00:0:0:5:0:0:0:9' },
    );

    const body = createNetworkBody(declared, { name: 'shop_inner', labels: {} });

    expect([body.EnableIPv6, body.CheckDuplicate]).toEqual([true, true]);
    expect(body.IPAM.Config).toEqual([
      { Subnet: '172.28.0.0/16', IPRange: '172.28.5.0/24' },
      { Subnet: 'fd00:0:0:5::/64', Gateway: 'fd00:0:0:5::9' },
    ]);
    expect(createNetworkBody(networkConfig(), { name: 'x', labels: {} })).not.toHaveProperty('EnableIPv6');
  });

  it('keeps its labels of ours beside those that are declared', () => {
    const config = networkConfig({ labels: { team: 'core', 'dev.trueup.owner': 'x' } });

    const body = createNetworkBody(config, { name: 'shop_inner', labels: labelled('network.inner') });

    expect(body.Labels).toEqual({ team: 'core', ...labelled('network.inner') });
  });
});

describe('what an engine chooses', () => {
  it.each([
    ['a subnet where none is declared', networkConfig(), [ONE]],
    ['a subnet of the other family', pools({ subnet: 'fd00:0:0:5::/64' }), [ONE, SIX]],
    ['a gateway where none is declared', pools({ subnet: '172.28.0.0/16' }), [ONE]],
    ['no gateway', pools({ subnet: '172.28.0.0/16' }), [{ Subnet: '172.28.0.0/16' }]],
  ])('is no difference: %s', (_, declared, chosen) => {
    expect(differences('network', declared, networkFrom(network(chosen)))).toEqual([]);
  });

  it.each([
    ['another subnet', pools({ subnet: '10.9.0.0/24' }), [ONE], ['172.28.0.0/16', '10.9.0.0/24']],
    ['one more subnet', pools({ subnet: '172.28.0.0/16' }, { subnet: 'fd01::/64' }), [ONE], ['fd01::/64']],
    ['another gateway', pools({ subnet: '172.28.0.0/16', gateway: '172.28.0.9' }), [ONE], ['172.28.0.0/16', 'gateway']],
    ['an IPv6 subnet that is no longer declared', pools({ subnet: '172.28.0.0/16' }), [ONE, SIX], [SIX.Subnet]],
    ['a range that is no longer declared', networkConfig(), [{ ...ONE, IPRange: '172.28.5.0/24' }], ['172.28.0.0/16']],
  ])('is not %s', (_, declared, chosen, names) => {
    const found = differences('network', declared, networkFrom(network(chosen)));

    expect(
      new Set(paths(found).flatMap((path) => [...path.matchAll(/'([^']+)'/g)].slice(2).map(([, name]) => name))),
    ).toEqual(new Set(names));
    expect(found.every(({ effect }) => effect === 'replace')).toBe(true);
  });

  it('is an IPv6 subnet where the engine is set to give every network one', () => {
    const reading = networkFrom({ ...network([ONE, SIX]), Options: { 'com.docker.network.enable_ipv6': 'true' } });

    expect(differences('network', networkConfig(), reading)).toEqual([]);
    expect(differences('network', pools({ subnet: '172.28.0.0/16' }), reading)).toEqual([]);
  });

  it('is the options that engines add, unless they are declared otherwise', () => {
    const reading = networkFrom({ ...network([ONE]), Options: { 'com.docker.network.enable_ipv6': 'false' } });
    const declared = networkConfig({ driver_opts: { 'com.docker.network.enable_ipv6': 'true' } });

    expect(differences('network', networkConfig(), reading)).toEqual([]);
    expect(paths(differences('network', declared, reading))).toEqual([
      "$['driver_opts']['com.docker.network.enable_ipv6']",
    ]);
  });
});

describe('a volume', () => {
  const config: JsonObject = {
    type: 'named_volume',
    driver: 'local',
    driver_opts: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m' },
    labels: { team: 'core' },
    metadata: { purpose: 'carts', size_estimate_gb: 2, backup_enabled: false },
    protect: true,
    deletion_policy: 'retain',
  };

  it('is what was requested, and nothing that the engine cannot hold', () => {
    const { Name, Driver, DriverOpts, Labels } = createVolumeBody(config, {
      name: 'v',
      labels: labelled('volume.data'),
    });

    const reading = volumeFrom({ Name, Driver, Options: DriverOpts, Labels, Mountpoint: '' });

    expect(differences('volume', config, reading)).toEqual([]);
    expect(JSON.stringify(reading)).not.toContain('dev.trueup');
  });

  it('has to be another one for whatever differs', () => {
    const reading = volumeFrom({ Name: 'v', Driver: 'local', Options: null, Labels: null, Mountpoint: '' });

    const found = differences('volume', config, reading);

    expect(found).not.toEqual([]);
    expect(found.every(({ effect }) => effect === 'replace')).toBe(true);
  });
});
