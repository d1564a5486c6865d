import { describe, expect, it } from 'vitest';
import { coloured, containersOf } from '../../support/docker/coloured-shop.ts';
import { dockerRepo } from '../../support/docker/docker-repo.ts';
import { APPLY, expectRight, words } from '../../support/docker/luck.ts';

const CASES = [
  { kind: 'nothing that only one can have', settings: '' },
  { kind: 'a published port', settings: `    networking: { ports: ['18090:80'] }\n` },
  { kind: 'a host name', settings: `    networking: { hostname: shopfront }\n` },
  {
    kind: 'a volume that it writes to',
    settings: `    storage: { volumes: ['data:/data'] }\n`,
    more: 'volumes: { data: {} }\n',
  },
  { kind: 'a volume without a name', settings: `    storage: { volumes: ['/cache'] }\n` },
  {
    kind: 'a fixed address and other names in two networks',
    settings:
      `    networking:\n      networks:\n        inner: { ipv4_address: 10.97.0.5, aliases: [front, shop] }\n` +
      `        outer: { aliases: [door] }\n`,
    more: 'networks: { inner: { ipam: { config: [{ subnet: 10.97.0.0/24 }] } }, outer: {} }\n',
  },
];

describe.each(CASES)('a change that never gets healthy, of a service with $kind', ({ settings, more }) => {
  it('ends with the version before as it was, and the next one that works is applied at once', async () => {
    await using repo = await dockerRepo(coloured('red', settings, more));
    const first = await repo.trueup(APPLY);
    expect(first.status, words(first)).toBe(0);
    const before = await containersOf(repo);

    await repo.write(coloured('bad', settings, more));
    const failed = await repo.trueup(APPLY);

    expect(failed.status, words(failed)).toBe(3);
    expect(words(failed)).toMatch(/service\.web rolled back/);
    expect(await containersOf(repo)).toEqual(before);

    await repo.write(coloured('blue', settings, more));
    await expectRight(repo);
    const after = await containersOf(repo);
    expect(after).toMatchObject([{ name: 'shop-web-1', status: 'running', mounts: before[0]?.mounts }]);
    expect(after[0]?.env).toContain('COLOUR=blue');
  });
});
