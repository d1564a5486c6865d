/**
 * The engine as a step sees it where manifests claim what nobody's labels stand on: such an object is read as if the labels
 * of its owner stood there, so that every step that asks whose an object is gets one answer. Nothing else is changed, and
 * nothing of it is ever sent.
 */
import type { ResourceType } from '../../../model/address.ts';
import { nameBeforeAside } from '../../../model/aside.ts';
import type { StepContext } from '../../driver.ts';
import type { EngineWriter } from '../api/engine-api.ts';
import type { ContainerInspect, ContainerSummary } from '../api/wire.ts';
import { ownershipFrom, ownershipLabels } from '../labels.ts';
import { nameOfContainer } from '../observe/belonging.ts';

type Labels = Readonly<Record<string, string>> | null | undefined;
type Context = Pick<StepContext, 'claimed' | 'ownership'>;

/** The same where nothing is claimed. */
export function claimingApi(api: EngineWriter, context: Context): EngineWriter {
  if (Object.keys(context.claimed ?? {}).length === 0) return api;
  const inspected = (found: ContainerInspect): ContainerInspect => {
    const name = found.Name.replace(/^\//, '');
    return { ...found, Config: { ...found.Config, Labels: labelsOf('service', name, found.Config.Labels, context) } };
  };
  const summarised = (found: ContainerSummary): ContainerSummary => ({
    ...found,
    Labels: labelsOf('service', nameOfContainer(found), found.Labels, context),
  });
  const named =
    (type: 'network' | 'volume') =>
    <T extends { readonly Name: string; readonly Labels?: Labels }>(found: T): T => ({
      ...found,
      Labels: labelsOf(type, found.Name, found.Labels, context),
    });
  return overlaid(api, {
    containers: async (signal) => (await api.containers(signal)).map(summarised),
    container: async (idOrName, signal) => ifFound(await api.container(idOrName, signal), inspected),
    networks: async (signal) => (await api.networks(signal)).map(named('network')),
    network: async (idOrName, signal) => ifFound(await api.network(idOrName, signal), named('network')),
    volumes: async (signal) => (await api.volumes(signal)).map(named('volume')),
    volume: async (name, signal) => ifFound(await api.volume(name, signal), named('volume')),
  });
}

/** What was set aside is what it was before. */
function labelsOf(
  type: ResourceType,
  name: string,
  labels: Labels,
  { claimed, ownership }: Context,
): Readonly<Record<string, string>> | null {
  const wanted = `${type} ${type === 'service' ? (nameBeforeAside(name) ?? name) : name}`;
  const address = Object.hasOwn(claimed ?? {}, wanted) ? claimed?.[wanted] : undefined;
  if (address === undefined || ownershipFrom(labels) !== null) return labels ?? null;
  return { ...labels, ...ownershipLabels(ownership, address) };
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
