/**
 * Two sides brought to the same terms: what only one of them could know is taken out of both, so that a manifest can be held
 * against what runs, and one machine against another. Pure.
 *
 * - What an engine cannot read back is no part of either where one side was observed.
 * - A default that nobody set, and what the engine chose, is left out, unless the other side says the same value: two sides may write it differently.
 * - Whether something runs is its status; where it is not asked for, it is no part of what is configured.
 * - Secrets that cannot be told apart are all the same.
 * - What is external is there under its name: how it is made is said by no manifest.
 * - Of two manifests, what something else brings along is compared where that declares it.
 */
import type { DriverModel } from '../../drivers/driver.ts';
import type { Address } from '../../model/address.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { ComparisonMode, ParityResource, ParitySide } from '../../model/parity.ts';
import { isSecret, UNRESOLVED_SECRET } from '../../model/secret.ts';
import type { ResourcePart, SideParts } from './side-parts.ts';
import { inWordsOf, withoutChosen, withoutDefaults } from './without-chosen.ts';

export interface TermsInput {
  readonly source: SideParts;
  readonly target: SideParts;
  readonly mode: ComparisonMode;
  /** By the name of the driver. */
  readonly models: ReadonlyMap<string, DriverModel>;
}

export function inSameTerms(input: TermsInput): { readonly source: ParitySide; readonly target: ParitySide } {
  const [source, target] = [withExternal(input.source, input.target), withExternal(input.target, input.source)];
  return { source: sideOf('source', source, target, input), target: sideOf('target', target, source, input) };
}

/** With what the other side declares as somebody else's, where that is there as well. */
function withExternal(own: SideParts, other: SideParts): SideParts {
  const { named, resources } = own;
  if (named === undefined) return own;
  const found = [...other.resources.values()].flatMap((part) => {
    return part.external && !resources.has(part.address) ? (named(part) ?? []) : [];
  });
  return { ...own, resources: new Map([...resources, ...found.map((part) => [part.address, part] as const)]) };
}

function sideOf(side: 'source' | 'target', own: SideParts, other: SideParts, { mode, models }: TermsInput): ParitySide {
  const { label, environment, type, project, origin, revision, observed_at, engines } = own;
  const terms: Terms = {
    models,
    mode,
    isObserved: own.origin === 'observed' || other.origin === 'observed',
    tellsSecrets: own.tellsSecrets && other.tellsSecrets,
    knowsDependencies: own.knowsDependencies && other.knowsDependencies,
    facts: factsOf(other),
  };
  const resources = [...own.resources]
    .filter(([, part]) => terms.isObserved || !part.isBroughtAlong)
    .map(([address, part]): readonly [Address, ParityResource] => [
      address,
      resourceOf(part, other.resources.get(address) ?? null, terms),
    ]);
  return {
    label,
    environment,
    type,
    project,
    origin,
    revision,
    observed_at,
    engines,
    resources: new Map(resources),
    unknown: own.unknown.map((part) => ({ side, ...part })),
    absent: own.absent,
    ignored: own.ignored,
  };
}

interface Terms extends Pick<TermsInput, 'models' | 'mode'> {
  readonly isObserved: boolean;
  readonly tellsSecrets: boolean;
  readonly knowsDependencies: boolean;
  /** Of the other side's engines, by driver. */
  readonly facts: ReadonlyMap<string, ResourcePart['facts']>;
}

function factsOf({ resources }: SideParts): Terms['facts'] {
  return new Map([...resources.values()].map(({ driver, facts }) => [driver, facts]));
}

function resourceOf(part: ResourcePart, other: ResourcePart | null, terms: Terms): ParityResource {
  const { address, type, name, driver, dependencies, declared } = part;
  const isRuntime = terms.mode === 'runtime';
  const project = (config: JsonObject): JsonObject => {
    const readable = terms.isObserved ? readBack(config, part, other, terms) : config;
    return terms.tellsSecrets ? readable : withoutNames(readable);
  };
  const isNamed = part.origin === 'observed' && other?.origin === 'declared' && other.external;
  // A manifest says of what is external that it is there, and nothing of how it is.
  const config = project(isNamed ? other.config : part.config);
  const meant = part.origin === 'declared' || isNamed ? config : asMeant(config);
  const nodeCount = terms.models.get(driver)?.nodeCount?.(meant);
  return {
    address,
    type,
    name,
    driver,
    config: terms.isObserved ? withoutRunState(meant) : meant,
    ...(type === 'cluster' ? { node_count: nodeCount ?? null } : {}),
    dependencies: terms.knowsDependencies ? dependencies : {},
    effective: isRuntime && part.effective !== null ? project(part.effective) : null,
    status: isRuntime ? part.status : null,
    declared,
    locate: (path) => part.locate(path),
    locateOther: (path, value) => part.locateOther?.(path, value) ?? null,
  };

  function asMeant(seen: JsonObject): JsonObject {
    const said = other === null ? {} : readBack(other.config, other, part, terms);
    const others = terms.tellsSecrets ? said : withoutNames(said);
    const set = part.defaults === null ? seen : withoutDefaults(seen, project(part.defaults), others);
    const model = terms.models.get(part.driver);
    if (model === undefined) return set;
    const asked = withoutChosen(set, { type, asked: project(part.asked), model, other: others });
    return other?.origin === 'declared' ? inWordsOf(asked, { type, model, other: others }) : asked;
  }
}

/** What the engines of both can say. */
function readBack(config: JsonObject, own: ResourcePart, other: ResourcePart | null, terms: Terms): JsonObject {
  const parts = other === null || other.driver === own.driver ? [own] : [own, other];
  return parts.reduce((readable, { driver, facts }) => {
    const model = terms.models.get(driver);
    const known = facts ?? (other?.driver === driver ? other.facts : null) ?? terms.facts.get(driver) ?? null;
    return model === undefined ? readable : model.comparable(own.type, readable, known);
  }, config);
}

function withoutRunState(config: JsonObject): JsonObject {
  const { run_state: _runState, ...rest } = config;
  return rest;
}

/** All secrets alike: there is one, and nobody can say which. */
function withoutNames(config: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, unnamed(value)]));
}

function unnamed(value: Json): Json {
  if (isSecret(value)) return UNRESOLVED_SECRET;
  if (isJsonArray(value)) return value.map(unnamed);
  return isJsonObject(value) ? withoutNames(value) : value;
}
