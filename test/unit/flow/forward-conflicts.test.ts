import { describe, expect, it } from 'vitest';
import { forwardConflicts } from '../../../src/flow/forward-conflicts.ts';
import { described, loadText } from '../manifest/support.ts';

async function conflicts(text: string): Promise<readonly string[]> {
  const { environments } = await loadText(text);
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
});
