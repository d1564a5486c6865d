/** The environments on a container engine: looked at and disturbed by the engine's API as it is. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../chaos/random.ts';
import { EngineControl } from '../docker/engine-control.ts';
import type { EngineCalls } from '../docker/engine-calls.ts';
import type { EngineUnderTest } from '../docker/engine-under-test.ts';
import { declaredColours, ENVIRONMENTS, physicalName, type SoakState } from './soak-state.ts';
import { anyService, type SoakWorld, unequal } from './soak-world.ts';

interface Container {
  readonly Name: string;
  readonly State: { readonly Status: string };
  readonly Config: { readonly Env: readonly string[] };
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, unknown>> };
}

const OWN_NETWORKS = ['bridge', 'host', 'none', 'podman'];

export function dockerSoakWorld(engine: EngineUnderTest): SoakWorld {
  const { calls } = engine;
  const control = new EngineControl(engine);
  return {
    trouble: (random) => trouble(control, random),
    async differences(state) {
      const colours = declaredColours(state);
      const keys = [...colours.keys()];
      const { containers, networks, volumes } = await everything(calls);
      const found = new Map(containers.map((container) => [container.Name.slice(1), container]));
      return [
        ...unequal('containers', [...found.keys()], keys.map(physicalName)),
        ...unequal(
          'networks',
          networks,
          ENVIRONMENTS.map((name) => `${name}_default`),
        ),
        ...unequal(
          'volumes',
          volumes,
          ENVIRONMENTS.map((name) => `${name}_data`),
        ),
        ...keys.flatMap((key) => differencesOf(key, found.get(physicalName(key)), colours.get(key) ?? '')),
      ];
    },
    drift: (state, random) => drift(calls, state, random),
  };
}

/** Frozen, ended or killed; a machine that loses its power takes its daemon along. The engine is up when it resolves. */
async function trouble(control: EngineControl, random: Random): Promise<string> {
  const kind = random.pick(['freeze', 'kill', 'restart'] as const);
  const ms = 500 + random.below(4000);
  if (kind === 'freeze') {
    await control.freeze();
    await delay(ms);
    await control.thaw();
    return `${kind} for ${ms} ms`;
  }
  await control.end(kind === 'kill' ? 'SIGKILL' : 'SIGTERM');
  await delay(ms);
  await control.start();
  return `${kind}, away for ${ms} ms`;
}

async function everything(engine: EngineCalls): Promise<{
  readonly containers: readonly Container[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
}> {
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

function differencesOf(key: string, container: Container | undefined, colour: string): readonly string[] {
  if (container === undefined) return [];
  const told = container.Config.Env.filter((line) => line.startsWith('COLOUR='));
  const network = `${key.split('-')[0] ?? ''}_default`;
  return [
    ...unequal(`state of ${key}`, [container.State.Status], ['running']),
    ...unequal(`colour of ${key}`, told, [`COLOUR=${colour}`]),
    ...unequal(`networks of ${key}`, Object.keys(container.NetworkSettings.Networks), [network]),
  ];
}

const ACTS = ['stop', 'kill', 'kill', 'remove', 'pause', 'disconnect', 'update', 'rename', 'connect'] as const;

/** Acts of a person with the docker command. What is not there, or not possible now, is left. */
async function drift(engine: EngineCalls, state: SoakState, random: Random): Promise<string> {
  const act = random.pick(ACTS);
  const key = anyService(declaredColours(state).keys(), random);
  if (key === null) return `${act} nothing`;
  const name = physicalName(key);
  const call = (method: string, path: string, json: unknown = {}): Promise<unknown> =>
    engine.call(method, `/${path}`, { json });
  if (act === 'remove') await call('DELETE', `containers/${name}?force=1`);
  else if (act === 'update') await call('POST', `containers/${name}/update`, { RestartPolicy: { Name: 'always' } });
  else if (act === 'disconnect') {
    await call('POST', `networks/${key.split('-')[0] ?? ''}_default/disconnect`, { Container: name, Force: true });
  } else if (act === 'connect') await call('POST', 'networks/bridge/connect', { Container: name });
  else if (act === 'rename') await call('POST', `containers/${name}/rename?name=${name}-renamed-by-hand`);
  else await call('POST', `containers/${name}/${act}${act === 'stop' ? '?t=0' : ''}`);
  return `${act} ${key}`;
}
