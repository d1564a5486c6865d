/** The shop on a container engine, looked at and disturbed by the engine's API and command line as they are. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineCalls } from '../docker/engine-calls.ts';
import type { Random } from './random.ts';
import { colourOf, serviceKeys, type ShopState, VOLUMES } from './shop-state.ts';
import type { ShopWorld } from './shop-world.ts';

interface Container {
  readonly Name: string;
  readonly State: { readonly Status: string };
  readonly Config: { readonly Env: readonly string[] };
  readonly HostConfig: { readonly RestartPolicy: { readonly Name: string } };
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, unknown>> };
}

const OWN_NETWORKS = ['bridge', 'host', 'none', 'podman'];

export function dockerShopWorld(engine: EngineCalls): ShopWorld {
  return {
    async differences(state) {
      const { containers, networks, volumes } = await everything(engine);
      return [
        ...containers.flatMap((container) => differencesOf(container, state)),
        ...unequal('containers', containers.map(nameOf), serviceKeys(state).map(physical)),
        ...unequal('networks', networks, ['shop_back', 'shop_front']),
        ...unequal('volumes', volumes, [state.volume]),
      ];
    },
    async remains() {
      const { containers, networks } = await everything(engine);
      return [...containers.map(nameOf), ...networks];
    },
    precious: async () => {
      const path = await preciousPath(engine);
      return path === null ? null : readFile(path, 'utf8').catch(() => null);
    },
    setPrecious: async (content) => writeFile((await preciousPath(engine)) ?? '', content),
    drift: (random) => drift(engine, random),
    async census() {
      const { containers, networks, volumes } = await everything(engine);
      const images = await engine.get<readonly { readonly RepoTags: readonly string[] | null }[]>('/images/json?all=1');
      const tags = images.flatMap(({ RepoTags: tags }) => tags ?? []);
      return {
        containers: containers.length,
        networks: networks.length,
        volumes: volumes.length,
        images: images.length,
        tags: tags.length,
      };
    },
  };
}

function physical(key: string): string {
  return `shop-${key}-1`;
}

function nameOf({ Name: name }: Container): string {
  return name.slice(1);
}

interface Everything {
  readonly containers: readonly Container[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
}

async function everything(engine: EngineCalls): Promise<Everything> {
  const list = await engine.get<readonly { readonly Id: string }[]>('/containers/json?all=1');
  const containers = await Promise.all(list.map(({ Id }) => engine.find<Container>(`/containers/${Id}/json`)));
  const networks = await engine.get<readonly { readonly Name: string }[]>('/networks');
  const { Volumes: volumes } = await engine.get<{ readonly Volumes: readonly { readonly Name: string }[] | null }>(
    '/volumes',
  );
  return {
    containers: containers.filter((container) => container !== null),
    networks: networks.map(({ Name }) => Name).filter((name) => !OWN_NETWORKS.includes(name)),
    volumes: (volumes ?? []).map(({ Name }) => Name),
  };
}

function differencesOf(container: Container, state: ShopState): readonly string[] {
  const key = /^shop-(.*)-1$/.exec(nameOf(container))?.[1];
  if (key === undefined) return [];
  const networks = { db: ['shop_back'], web: ['shop_back', 'shop_front'] }[key] ?? ['shop_front'];
  const colour = container.Config.Env.find((line) => line.startsWith('COLOUR='));
  return [
    ...unequal(`state of ${key}`, [container.State.Status], ['running']),
    ...unequal(`restart policy of ${key}`, [container.HostConfig.RestartPolicy.Name], ['unless-stopped']),
    ...unequal(`networks of ${key}`, Object.keys(container.NetworkSettings.Networks), networks),
    ...unequal(`colour of ${key}`, [colour ?? ''], [`COLOUR=${colourOf(key, state)}`]),
  ];
}

function unequal(what: string, found: readonly string[], wanted: readonly string[]): readonly string[] {
  const [left, right] = [found, wanted].map((names) => names.toSorted().join(' '));
  return left === right ? [] : [`${what}: ${left}, not ${right}`];
}

async function preciousPath(engine: EngineCalls): Promise<string | null> {
  for (const name of VOLUMES) {
    const volume = await engine.find<{ readonly Mountpoint: string }>(`/volumes/${name}`);
    if (volume !== null) return join(volume.Mountpoint, 'precious');
  }
  return null;
}

const RENAMED = 'shop-renamed-by-hand';

/** Acts of a person with the docker command. What is not there, or not possible now, is left. */
async function drift(engine: EngineCalls, random: Random): Promise<string> {
  const name = physical(random.pick(['db', 'web', 'worker0']));
  const act = random.pick(['stop', 'kill', 'remove', 'pause', 'disconnect', 'update', 'rename', 'connect'] as const);
  const call = (method: string, path: string, json: unknown = {}): Promise<unknown> =>
    engine.call(method, `/${path}`, { json });
  if (act === 'remove') await call('DELETE', `containers/${name}?force=1`);
  else if (act === 'update') await call('POST', `containers/${name}/update`, { RestartPolicy: { Name: 'no' } });
  else if (act === 'disconnect') {
    const network = name === physical('db') ? 'shop_back' : 'shop_front';
    await call('POST', `networks/${network}/disconnect`, { Container: name, Force: true });
  } else if (act === 'connect') await call('POST', 'networks/bridge/connect', { Container: name });
  else if (act === 'rename') await call('POST', `containers/${name}/rename?name=${RENAMED}`);
  else await call('POST', `containers/${name}/${act}${act === 'stop' ? '?t=0' : ''}`);
  return `${act} ${name}`;
}
