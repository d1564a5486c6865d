import { describe, expect, it } from 'vitest';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { APPLY, DESTROY, expectRight, shop, SLEEP, standing, words } from '../../support/docker/luck.ts';

/** A shop that goes back, with a service that is healthy unless its colour is `bad`. */
function coloured(colour: string, settings = '', more = ''): Readonly<Record<string, string>> {
  const check = `[CMD-SHELL, 'test "$$COLOUR" != bad']`;
  return shop(
    `  web:\n    container: { ${SLEEP}, restart: unless-stopped }\n    environment_variables: { COLOUR: ${colour} }\n` +
      `    health_check: { test: ${check}, interval: 1s, timeout: 1s, retries: 1 }\n${settings}`,
    `policies: { on_failure: rollback }\n${more}`,
  );
}

interface Inspect {
  readonly Id: string;
  readonly Name: string;
  readonly State: { readonly Status: string };
  readonly HostConfig: { readonly RestartPolicy: object; readonly PortBindings: object };
  readonly Mounts: readonly { readonly Name?: string; readonly Destination: string }[];
  readonly NetworkSettings: {
    readonly Networks: Readonly<
      Record<string, { readonly Aliases: readonly string[] | null; readonly IPAMConfig: object | null }>
    >;
  };
}

/** What must be as it was, of every container: none more, none less. */
async function containers({ engine: { calls } }: DockerRepo): Promise<readonly unknown[]> {
  const listed = await calls.get<readonly { readonly Id: string }[]>('/containers/json?all=1');
  const found = await Promise.all(listed.map(({ Id: id }) => calls.get<Inspect>(`/containers/${id}/json`)));
  return found
    .toSorted((left, right) => (left.Name < right.Name ? -1 : 1))
    .map(({ Id, Name, State, HostConfig, Mounts, NetworkSettings }) => ({
      Id,
      Name,
      status: State.Status,
      restart: HostConfig.RestartPolicy,
      ports: HostConfig.PortBindings,
      mounts: Mounts.map((mount) => `${mount.Name} ${mount.Destination}`).toSorted(),
      networks: Object.fromEntries(
        Object.entries(NetworkSettings.Networks).map(([name, { Aliases: aliases, IPAMConfig: ipam }]) => [
          name,
          { aliases: [...new Set(aliases ?? [])].toSorted(), ipam: ipam ?? {} },
        ]),
      ),
    }));
}

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
    const before = await containers(repo);

    await repo.write(coloured('bad', settings, more));
    const failed = await repo.trueup(APPLY);

    expect(failed.status, words(failed)).toBe(3);
    expect(words(failed)).toMatch(/service\.web rolled back/);
    expect(await containers(repo)).toEqual(before);

    await repo.write(coloured('blue', settings, more));
    await expectRight(repo);
    expect((await standing(repo)).filter((name) => name.includes('web'))).toEqual(['shop-web-1=running']);
    expect(await repo.docker('inspect', '--format', '{{.Config.Env}}', 'shop-web-1')).toContain('COLOUR=blue');
  });
});
