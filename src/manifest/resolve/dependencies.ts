/** Dependencies: lists of names and maps as one map by address. */
import { type Address, addressOf, canRun, isAddress, type ResourceType, typeOf } from '../../model/address.ts';
import type {
  Dependencies as DeclaredDependencies,
  Dependency as Declared,
} from '../../model/generated/environment.ts';
import { type Dependency, DEPENDENCY_CONDITIONS } from '../../model/desired.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ManifestPath } from '../layers.ts';
import type { Reporter } from '../reporter.ts';
import { defaultsOf } from '../schema.ts';

const DEFAULTS = defaultsOf('dependency');

/** A dependency as it is written: a service key, or an address. */
export interface DeclaredDependency {
  readonly address: Address;
  readonly settings: Declared;
  /** The key of the map, or the index in the list. */
  readonly segment: string;
}

/** What can depend on others. */
export interface Dependent {
  readonly dependencies?: DeclaredDependencies;
}

export function declaredDependencies(dependent: Dependent): readonly DeclaredDependency[] {
  const { dependencies = [] } = dependent;
  if (Array.isArray(dependencies)) {
    return dependencies.map((name, index) => ({ address: addressNamed(name), settings: {}, segment: String(index) }));
  }
  return Object.entries(dependencies).map(([name, settings]) => ({
    address: addressNamed(name),
    settings,
    segment: name,
  }));
}

export interface Dependencies {
  readonly config: JsonObject;
  /** Dependencies on what runs. */
  readonly running: readonly Dependency[];
  /** Dependencies on what does not run: they only have to exist. */
  readonly uses: readonly Address[];
}

/** `isActive` leaves out services whose profile nobody asked for. */
export function resolveDependencies(
  dependent: Dependent,
  path: ManifestPath,
  reporter: Reporter,
  isLeftOut: (address: Address, settings: Declared) => boolean,
): Dependencies {
  const config: { [address: Address]: JsonObject } = {};
  const running: Dependency[] = [];
  const uses: Address[] = [];
  for (const { address, settings, segment } of declaredDependencies(dependent)) {
    const itemPath = [...path, 'dependencies', segment];
    if (isLeftOut(address, settings)) continue;
    if (Object.hasOwn(config, address)) {
      reporter.errorAt('field', 'duplicate_key', itemPath, `the dependency on ${address} is declared twice`);
    }
    const condition = settings.condition ?? conditionOf(DEFAULTS['condition']);
    const restart = settings.restart ?? DEFAULTS['restart'] === true;
    const criticality = settings.criticality ?? (DEFAULTS['criticality'] === 'optional' ? 'optional' : 'required');
    config[address] = { condition, restart, criticality };
    const type = typeOf(address);
    if (canRun(type)) running.push({ address, condition, restart, criticality });
    else uses.push(address);
    if (!conditionsOf(type).includes(condition)) {
      const why = canRun(type) ? 'it never completes' : `a ${type} does not run`;
      const summary = `${condition} cannot be reached by ${address}: ${why}`;
      reporter.error('invalid_reference', [...itemPath, 'condition'], summary);
    }
  }
  return { config, running, uses };
}

/** What a resource of a type can ever reach. */
function conditionsOf(type: ResourceType): readonly Dependency['condition'][] {
  if (type === 'service') return DEPENDENCY_CONDITIONS;
  return canRun(type) ? ['service_started', 'service_healthy'] : ['service_started'];
}

/** A service key, or an address. */
export function addressNamed(name: string): Address {
  return isAddress(name) ? name : addressOf('service', name);
}

function conditionOf(value: unknown): Dependency['condition'] {
  return value === 'service_healthy' || value === 'service_completed_successfully' ? value : 'service_started';
}
