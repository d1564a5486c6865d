/**
 * What is declared of VMs, for who asked for them by name, with the word of the engine's own validator: each is asked at once, and
 * one that does not answer holds nobody up.
 */
import type { Observer } from '../../drivers/driver.ts';
import type { Refusal } from '../../drivers/vm-faces.ts';
import type { Address } from '../../model/address.ts';
import type { ConfigurationFile } from '../../model/configuration-file.ts';
import type { ConfigurationVersion } from '../../model/configuration-history.ts';
import type { DesiredEnvironment, DesiredResource } from '../../model/desired.ts';
import { fieldPath } from '../../model/field-path.ts';
import type { Facts, Observation } from '../../model/observed.ts';
import type { EnvironmentStatus } from '../../report/status.ts';
import { contentOf } from '../vm-configurations.ts';

export interface Asked {
  readonly environment: Pick<DesiredEnvironment, 'name' | 'resources' | 'locate'>;
  /** They may name anything. */
  readonly addresses: readonly Address[];
  /** Oldest first. */
  readonly versions: readonly ConfigurationVersion[];
  readonly looked: LookedEngines;
}

interface LookedEngines {
  readonly engines: ReadonlyMap<string, { readonly observer: Pick<Observer, 'machines'> }>;
  readonly observations: ReadonlyMap<string, Observation>;
}

/** What has not answered when `over` aborts is not known. */
export async function withConfigurationFiles(
  status: EnvironmentStatus,
  { environment, addresses, versions, looked: { engines, observations } }: Asked,
  signal: AbortSignal,
  over: AbortSignal,
): Promise<EnvironmentStatus> {
  const limit = AbortSignal.any([signal, over]);
  const resources = status.resources.map(async (found) => {
    const resource = environment.resources.get(found.address);
    if (resource?.type !== 'vm' || !addresses.includes(found.address)) return found;
    const validate = engines.get(resource.engine)?.observer.machines?.validate;
    const facts = factsOf(observations.get(resource.engine));
    const refusals = (await validate?.(resource, facts, limit).catch((): null => null)) ?? null;
    signal.throwIfAborted();
    const file = fileOf(resource, environment, versions, refusals);
    return { ...found, configuration_file: { ...file, vmId: found.virtual_machine?.id ?? null } };
  });
  return { ...status, resources: await Promise.all(resources) };
}

function fileOf(
  { address, config }: DesiredResource,
  { name, locate }: Pick<DesiredEnvironment, 'name' | 'locate'>,
  versions: readonly ConfigurationVersion[],
  refusals: readonly Refusal[] | null,
): Omit<ConfigurationFile, 'vmId'> {
  const id = `${name}/${address}`;
  const own = versions.filter(({ configId }) => configId === id);
  return {
    id,
    filename: locate(address, fieldPath())?.file ?? null,
    content: contentOf(address, config),
    isValid: refusals === null ? null : refusals.length === 0,
    validationErrors: (refusals ?? []).map(({ text }) => text),
    createdAt: own.find(({ version }) => version === 1)?.createdAt ?? null,
    updatedAt: own.at(-1)?.createdAt ?? null,
  };
}

function factsOf(observation: Observation | undefined): Facts | null {
  return observation?.status === 'known' ? observation.facts : null;
}
