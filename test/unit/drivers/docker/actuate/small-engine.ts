/** An engine of a few containers in memory: what verbs ask of it, and what it then looks like. */
import { StepRunner } from '../../../../../src/drivers/docker/actuate/run-step.ts';
import type { EngineWriter } from '../../../../../src/drivers/docker/api/engine-api.ts';
import type {
  ContainerInspect,
  ContainerSummary,
  EndpointSettings,
  NetworkInspect,
} from '../../../../../src/drivers/docker/api/wire.ts';
import { ContentNotes } from '../../../../../src/drivers/docker/content-notes.ts';
import { TrueupError } from '../../../../../src/model/failure.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import type { Step } from '../../../../../src/model/plan.ts';
import { NOW } from '../engine-facts.ts';

export interface SmallContainer {
  name: string;
  running: boolean;
  owner: string | null;
  address: string;
  project: string;
  restart: string;
  networks: Record<string, readonly string[]>;
}

export class SmallEngine {
  readonly containers: Map<string, SmallContainer> = new Map();
  /** Every call that changes something, in order. */
  readonly calls: string[] = [];
  /** What the engine refuses, by the beginning of the call. */
  refuses: string | null = null;
  networks: readonly string[] = ['inner', 'outer'];
  /** Names of every image. */
  tags: readonly string[] = ['app:1'];

  add(id: string, draft: Partial<SmallContainer> & { readonly name: string }): this {
    this.containers.set(id, {
      running: false,
      owner: 'me',
      address: 'service.web',
      project: 'shop',
      restart: 'no',
      networks: {},
      ...draft,
    });
    return this;
  }

  /** `<name>=<up or down> <restart policy> <networks with aliases>` by id. */
  standing(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      [...this.containers].map(([id, { name, running, restart, networks }]) => {
        const attached = Object.entries(networks).map(([network, aliases]) => `${network}(${aliases.join(',')})`);
        return [id, [name, running ? 'up' : 'down', restart, ...attached].join(' ')];
      }),
    );
  }

  /** Carries out one step of `service.web` as run `01RUN`. */
  run(verb: string, args: JsonObject): Promise<JsonObject> {
    const notes = new ContentNotes('test', { XDG_STATE_HOME: '/nonexistent' });
    const runner = new StepRunner(this.#api() as EngineWriter, notes);
    const ownership = { owner: 'me', project: 'shop', environment: 'local', checkout: null, revision: null };
    return runner.run({ verb, address: 'service.web', args } as unknown as Step, {
      signal: new AbortController().signal,
      vault: { reveal: () => '', mask: (text) => text },
      owners: ['me'],
      run: '01RUN',
      ownership,
      progress: () => undefined,
    });
  }

  #api(): Partial<EngineWriter> {
    const note = (call: string): void => {
      this.calls.push(call);
      if (this.refuses !== null && call.startsWith(this.refuses)) {
        throw new TrueupError('step_failed', 'the engine does not want to', { fields: { status: 500 } });
      }
    };
    const at = (id: string): SmallContainer => {
      const found = this.containers.get(id);
      if (found === undefined) throw new Error(`no container ${id}`);
      return found;
    };
    return {
      facts: () => Promise.resolve(NOW as never),
      container: (idOrName) => Promise.resolve(this.#inspect(idOrName)),
      containers: () => Promise.resolve([...this.containers].map(([id, one]) => summary(id, one))),
      networks: () => Promise.resolve(this.networks.map(networkOf)),
      network: (name) => Promise.resolve(this.networks.includes(name) ? networkOf(name) : null),
      stopContainer: async (id) => {
        note(`stop ${id}`);
        at(id).running = false;
      },
      startContainer: async (id) => {
        note(`start ${id}`);
        at(id).running = true;
      },
      renameContainer: async (id, name) => {
        note(`rename ${id} ${name}`);
        at(id).name = name;
      },
      updateContainer: async (id, { RestartPolicy: policy }) => {
        note(`update ${id} ${policy?.Name}`);
        at(id).restart = policy?.Name ?? '';
      },
      removeContainer: async (id, { volumes }) => {
        note(`remove ${id}${volumes ? ' with volumes' : ''}`);
        this.containers.delete(id);
      },
      connectNetwork: async (network, id, { Aliases: aliases }) => {
        note(`connect ${id} ${network}`);
        at(id).networks[network] = aliases ?? [];
      },
      disconnectNetwork: async (network, id) => {
        note(`disconnect ${id} ${network}`);
        delete at(id).networks[network];
      },
      image: async (reference) => ({ Id: reference, RepoTags: this.tags, Os: 'linux', Architecture: 'amd64' }),
      untagImage: async (reference) => note(`untag ${reference}`),
      tagImage: async (image, repository, tag) => note(`tag ${image} ${repository}:${tag}`),
      close: () => Promise.resolve(),
    };
  }

  #inspect(idOrName: string): ContainerInspect | null {
    const found = [...this.containers].find(([id, { name }]) => id === idOrName || name === idOrName);
    if (found === undefined) return null;
    const [id, { name, running, restart, networks, ...whose }] = found;
    const inspect = {
      Id: id,
      Name: `/${name}`,
      Image: `image-of-${id}`,
      State: {
        Running: running,
        Paused: false,
        Restarting: false,
        Status: running ? 'running' : 'exited',
        ExitCode: 0,
      },
      Config: { Labels: labelsOf(whose) },
      HostConfig: { RestartPolicy: { Name: restart, MaximumRetryCount: 0 } },
      NetworkSettings: {
        Networks: Object.fromEntries(
          Object.entries(networks).map(([network, aliases]): [string, EndpointSettings] => [
            network,
            { NetworkID: network, Aliases: aliases },
          ]),
        ),
      },
    };
    return inspect as unknown as ContainerInspect;
  }
}

function summary(id: string, { name, ...whose }: SmallContainer): ContainerSummary {
  return { Id: id, Names: [`/${name}`], Labels: labelsOf(whose) } as unknown as ContainerSummary;
}

function networkOf(name: string): NetworkInspect {
  return { Id: name, Name: name } as unknown as NetworkInspect;
}

function labelsOf({
  owner,
  address,
  project,
}: Pick<SmallContainer, 'owner' | 'address' | 'project'>): Readonly<Record<string, string>> {
  if (owner === null) return {};
  return {
    'dev.trueup.owner': owner,
    'dev.trueup.project': project,
    'dev.trueup.environment': 'local',
    'dev.trueup.address': address,
  };
}
