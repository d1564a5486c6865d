import { describe, expect, it } from 'vitest';
import type { ContainerInspect } from '../../../../../src/drivers/docker/api/wire.ts';
import { attachments } from '../../../../../src/drivers/docker/fields/attachments.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { fixture } from './fixtures.ts';
import { NOW } from '../engine-facts.ts';
import { differences, joined, labelled, paths, serviceConfig, viewOf } from './scene.ts';

const NETWORK = {
  Id: 'n1',
  Name: 'shop_inner',
  Created: '',
  Driver: 'bridge',
  EnableIPv6: false,
  Internal: false,
  Attachable: false,
  Options: {},
  Labels: labelled('network.inner'),
};

/** Paths of what differs in a service `web` whose container says these names, on a network with this id. */
function differing(
  networking: JsonObject,
  {
    hostname,
    aliases,
    network = 'n1',
  }: { readonly hostname: string; readonly aliases: readonly string[]; readonly network?: string },
): readonly string[] {
  const { created } = fixture('engine-current', 'alone');
  const inspect: ContainerInspect = {
    ...created,
    Id: 'a'.repeat(64),
    Config: { ...created.Config, Hostname: hostname, Labels: labelled('service.web') },
    NetworkSettings: {
      ...created.NetworkSettings,
      Networks: { shop_inner: { NetworkID: network, Aliases: [...aliases], IPAMConfig: null } },
    },
  };
  const reading = attachments.read(inspect, viewOf(null, { networks: [NETWORK], volumes: [] }, NOW));
  const found = paths(differences('service', serviceConfig({ networking }), reading));
  return found.filter((path) => path.includes("'networks'"));
}

const SHORT_ID = 'a'.repeat(12);

describe('aliases', () => {
  const declared = { hostname: 'other', ports: {}, networks: { inner: joined(['web', 'www']) } };

  it.each([
    { title: 'the key, also where it was the host name until now', hostname: 'web', aliases: ['web', 'www', SHORT_ID] },
    { title: 'what engines of old add', hostname: 'old', aliases: ['web', 'www', SHORT_ID, 'old'] },
    { title: 'the order', hostname: 'other', aliases: ['www', 'web'] },
  ])('are no difference for $title', (said) => {
    expect(differing(declared, said)).toEqual([]);
  });

  it.each([
    { title: 'one more', aliases: ['web', 'www', 'more'] },
    { title: 'one less', aliases: ['web'] },
    { title: 'not the key', aliases: ['www'] },
  ])('differ by $title', ({ aliases }) => {
    expect(differing(declared, { hostname: 'other', aliases })).toEqual([
      "$['networking']['networks']['inner']['aliases']",
    ]);
  });
});

describe('a network that is another one by now', () => {
  it('is not joined, although the engine still lists its name', () => {
    const declared = { hostname: null, ports: {}, networks: { inner: joined() } };

    expect(differing(declared, { hostname: SHORT_ID, aliases: ['web'], network: 'gone' })).toEqual([
      "$['networking']['networks']['inner']",
    ]);
  });
});
