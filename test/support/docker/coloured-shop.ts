/** A shop that goes back where a change fails, and what has to be as it was then. */
import type { DockerRepo } from './docker-repo.ts';
import { shop, SLEEP } from './luck.ts';

/** With a service `web` that is healthy unless its colour is `bad`. `settings` are indented by four. */
export function coloured(colour: string, settings = '', more = ''): Readonly<Record<string, string>> {
  const check = `[CMD-SHELL, 'test "$$COLOUR" != bad']`;
  // Who is to fail fails soon, and who is to work may take long for it.
  const timing = colour === 'bad' ? 'interval: 3s, timeout: 3s' : 'interval: 30s, timeout: 30s';
  return shop(
    `  web:\n    container: { ${SLEEP}, restart: unless-stopped }\n    environment_variables: { COLOUR: ${colour} }\n` +
      `    health_check: { test: ${check}, ${timing}, retries: 1 }\n${settings}`,
    `policies: { on_failure: rollback }\n${more}`,
  );
}

interface Inspect {
  readonly Id: string;
  readonly Name: string;
  readonly State: { readonly Status: string };
  readonly Config: { readonly Env: readonly string[] };
  readonly HostConfig: { readonly RestartPolicy: object; readonly PortBindings: object };
  readonly Mounts: readonly { readonly Name?: string; readonly Destination: string }[];
  readonly NetworkSettings: {
    readonly Networks: Readonly<
      Record<string, { readonly Aliases: readonly string[] | null; readonly IPAMConfig: object | null }>
    >;
  };
}

export interface FoundContainer {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly env: readonly string[];
  readonly restart: object;
  readonly ports: object;
  readonly mounts: readonly string[];
  readonly networks: Readonly<Record<string, { readonly aliases: readonly string[]; readonly addresses: object }>>;
}

/** Every container of the engine, with what a rollback must bring back. */
export async function containersOf({ engine: { calls } }: DockerRepo): Promise<readonly FoundContainer[]> {
  const listed = await calls.get<readonly { readonly Id: string }[]>('/containers/json?all=1');
  const found = await Promise.all(listed.map(({ Id: id }) => calls.get<Inspect>(`/containers/${id}/json`)));
  return found
    .map(({ Id, Name, State, Config, HostConfig, Mounts, NetworkSettings }) => ({
      id: Id,
      name: Name.slice(1),
      status: State.Status,
      env: Config.Env,
      restart: HostConfig.RestartPolicy,
      ports: HostConfig.PortBindings,
      mounts: Mounts.map((mount) => `${mount.Name} ${mount.Destination}`).toSorted(),
      networks: Object.fromEntries(
        Object.entries(NetworkSettings.Networks).map(([name, { Aliases: aliases, IPAMConfig: addresses }]) => [
          name,
          { aliases: [...new Set(aliases ?? [])].toSorted(), addresses: addresses ?? {} },
        ]),
      ),
    }))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}
