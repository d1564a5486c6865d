/**
 * Engines that run in a declared VM, and what is placed on them: each such resource depends on the VM, so that whoever takes
 * its dependencies along, orders or draws them, has it. No manifest says that twice.
 */
import { type Address, addressOf, canRun } from '../../model/address.ts';
import type { Dependency, DesiredResource, EngineDeclaration } from '../../model/desired.ts';
import { canonicalSet } from './values.ts';

/** The same engines, each with the VM that provides it. A VM that nothing declares is said by the checks. */
export function withProviders(
  engines: Readonly<Record<string, EngineDeclaration>>,
  resources: ReadonlyMap<Address, DesiredResource>,
): Readonly<Record<string, EngineDeclaration>> {
  return Object.fromEntries(
    Object.entries(engines).map(([key, declared]) => {
      const provider = providerOf(declared);
      const vm = provider === null ? undefined : resources.get(provider);
      const engine = vm === undefined ? undefined : engines[vm.engine];
      if (vm === undefined || engine === undefined || providerOf(engine) !== null) return [key, declared];
      return [key, { ...declared, inside: { provider: vm.address, name: vm.name, config: vm.config, engine } }];
    }),
  );
}

/** The same resources, those inside of a VM with it among their dependencies. */
export function dependentOnProviders(
  resources: ReadonlyMap<Address, DesiredResource>,
  engines: Readonly<Record<string, EngineDeclaration>>,
): ReadonlyMap<Address, DesiredResource> {
  return new Map(
    [...resources].map(([address, resource]) => {
      const provider = engines[resource.engine]?.inside?.provider;
      return [address, provider === undefined ? resource : dependentOn(provider, resource)];
    }),
  );
}

/** `null` for an engine that is reached by itself. */
export function providerOf({ settings }: EngineDeclaration): Address | null {
  const { vm } = settings;
  return typeof vm === 'string' ? addressOf('vm', vm) : null;
}

/** What runs waits until the VM does; that the engine in it answers is waited for before anything is done there. */
function dependentOn(provider: Address, resource: DesiredResource): DesiredResource {
  if (!canRun(resource.type)) return { ...resource, uses: canonicalSet([...resource.uses, provider]) };
  if (resource.dependencies.some(({ address }) => address === provider)) return resource;
  const dependency: Dependency = {
    address: provider,
    condition: 'service_started',
    restart: false,
    criticality: 'required',
  };
  return { ...resource, dependencies: [...resource.dependencies, dependency] };
}
