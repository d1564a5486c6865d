import { describe, expect, it } from 'vitest';
import { forwardConflicts } from '../../../src/flow/forward-conflicts.ts';
import { described, loadText } from '../manifest/support.ts';

async function conflicts(text: string): Promise<readonly string[]> {
  const { environments, diagnostics } = await loadText(text);
  if (environments.length === 0) throw new Error(described(diagnostics).join('\n'));
  return described([...forwardConflicts(environments).values()].flat());
}

describe('forwarded ports', () => {
  it('lead into one VM of a host: the line of the later one is an error, and names the first', async () => {
    const text = `vms:
  a: { driver: libvirt, port_forwards: ["2222:22"] }
  b: { driver: libvirt, port_forwards: ["2222:22"] }
`;

    expect(await conflicts(text)).toEqual([
      expect.stringMatching(
        /^local\/main\.yaml:3:\d+ error port_conflict: host port 2222\/tcp leads into vm\.a too \(forwarded first at environments\/local\/main\.yaml:2:\d+\)$/,
      ),
    ]);
  });

  it.each([
    ['other protocols', '["2222:22/udp"]', 'libvirt'],
    ['other addresses', '["127.0.0.2:2222:22"]', 'libvirt'],
    ['other ports', '["2223:22"]', 'libvirt'],
  ])('of %s are no conflict', async (_what, ports, driver) => {
    const text = `vms:
  a: { driver: libvirt, port_forwards: ["127.0.0.1:2222:22"] }
  b: { driver: ${driver}, port_forwards: ${ports} }
`;

    expect(await conflicts(text)).toEqual([]);
  });

  const VM = 'vms: { a: { driver: libvirt, port_forwards: ["8080:80"] } }';

  it.each([
    [
      'two clusters',
      'clusters: { a: { driver: kind, port_mappings: ["8080:80"] }, b: { driver: kwok, port_mappings: ["8080:81"] } }',
      'cluster.a',
    ],
    ['a VM and a cluster', `${VM}\nclusters: { b: { driver: kind, port_mappings: ["8080:80"] } }`, 'cluster.b'],
    [
      'a VM and a service',
      `${VM}\nservices: { b: { container: { image: "x:1" }, networking: { ports: ["8080:80"] } } }`,
      'service.b',
    ],
    [
      'VMs of two engines',
      'engines: { other: { driver: libvirt, uri: "qemu:///session" } }\nvms: { a: { driver: libvirt, port_forwards: ["8080:80"] }, b: { engine: other, port_forwards: ["8080:80"] } }',
      'vm.a',
    ],
  ])('are ports of the host: %s cannot both have one', async (_what, text, first) => {
    expect(await conflicts(text)).toEqual([
      expect.stringContaining(`error port_conflict: host port 8080/tcp leads into ${first} too`),
    ]);
  });

  it.each([
    [
      'another host',
      'engines: { other: { driver: libvirt, uri: "qemu+ssh://far/system" } }\nvms: { a: { driver: libvirt, port_forwards: ["8080:80"] }, b: { engine: other, port_forwards: ["8080:80"] } }',
    ],
    [
      'two services, which the manifests are held against elsewhere',
      'services: { a: { container: { image: "x:1" }, networking: { ports: ["8080:80"] } } }',
    ],
    [
      'a VM and what is inside of it',
      `vms: { a: { driver: libvirt, port_forwards: ["8080:80"] } }\nengines: { inner: { driver: docker, vm: a } }\nservices: { b: { container: { image: "x:1" }, engine: inner, networking: { ports: ["8080:80"] } } }`,
    ],
  ])('of %s are no conflict of theirs', async (_what, text) => {
    expect(await conflicts(text)).toEqual([]);
  });
});
