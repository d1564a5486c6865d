/**
 * The engine as a step sees it where manifests claim what nobody's labels stand on: such an object is read as if the labels
 * of its owner stood there, so that every step that asks whose an object is gets one answer. It is known by what tells it from
 * every other, and never by its name: what somebody makes meanwhile under that name is a stranger's. Nothing else is
 * changed, and nothing of it is ever sent.
 */
import { adoptedAs, claimKey } from '../../../model/adoption.ts';
import type { ResourceType } from '../../../model/address.ts';
import type { StepContext } from '../../step-context.ts';
import type { EngineWriter } from '../api/engine-api.ts';
import type { ContainerInspect, ContainerSummary, NetworkInspect, VolumeInspect } from '../api/wire.ts';
import type { DockerFacts } from '../facts.ts';
import { ownershipFrom, ownershipLabels } from '../labels.ts';
import { bornOf } from '../observe/objects.ts';

type Labels = Readonly<Record<string, string>> | null | undefined;
type Context = Pick<StepContext, 'claimed' | 'ownership'>;

/** The same where nothing is claimed. */
export function claimingApi(api: EngineWriter, context: Context): EngineWriter {
  const { claimed } = context;
  if (claimed === undefined || claimed.size === 0) return api;
  const labelsOf = (type: ResourceType, as: string, labels: Labels): Readonly<Record<string, string>> | null => {
    const address = claimed.get(claimKey({ type, as }));
    if (address === undefined || ownershipFrom(labels) !== null) return labels ?? null;
    return { ...labels, ...ownershipLabels(context.ownership, address) };
  };
  const inspected = (found: ContainerInspect): ContainerInspect => ({
    ...found,
    Config: { ...found.Config, Labels: labelsOf('service', found.Id, found.Config.Labels) },
  });
  const summarised = (found: ContainerSummary): ContainerSummary => ({
    ...found,
    Labels: labelsOf('service', found.Id, found.Labels),
  });
  const network = (found: NetworkInspect): NetworkInspect => ({
    ...found,
    Labels: labelsOf('network', found.Id, found.Labels),
  });
  const volume =
    (facts: DockerFacts) =>
    (found: VolumeInspect): VolumeInspect => {
      const born = bornOf(found, facts);
      const as = adoptedAs({ id: found.Name, ...(born === null ? {} : { born }) });
      return { ...found, Labels: labelsOf('volume', as, found.Labels) };
    };
  return overlaid(api, {
    containers: async (signal) => (await api.containers(signal)).map(summarised),
    container: async (idOrName, signal) => ifFound(await api.container(idOrName, signal), inspected),
    networks: async (signal) => (await api.networks(signal)).map(network),
    network: async (idOrName, signal) => ifFound(await api.network(idOrName, signal), network),
    volumes: async (signal) => (await api.volumes(signal)).map(volume(await api.facts(signal))),
    volume: async (name, signal) => ifFound(await api.volume(name, signal), volume(await api.facts(signal))),
  });
}

function ifFound<T>(found: T | null, change: (found: T) => T): T | null {
  return found === null ? null : change(found);
}

/** Methods of the client rest on its own fields: they are called on it, and not on what lies over it. */
function overlaid(api: EngineWriter, over: Partial<EngineWriter>): EngineWriter {
  return new Proxy(api, {
    get(target, name): unknown {
      if (Object.hasOwn(over, name)) {
        const instead: unknown = Reflect.get(over, name);
        return instead;
      }
      const own: unknown = Reflect.get(target, name, target);
      if (typeof own !== 'function') return own;
      return (...args: readonly unknown[]): unknown => Reflect.apply(own, target, args);
    },
  });
}
