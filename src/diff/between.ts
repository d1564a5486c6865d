/**
 * Between two revisions: what one declares otherwise than the other, by meaning and not by text. Formatting, order, comments
 * and which file something stands in are no differences; whatever else desired holds is one. Pure.
 *
 * Images are left out: nobody declares them, and the services that name them are listed with what changed.
 */
import type { DriverModel } from '../drivers/driver.ts';
import type { Address } from '../model/address.ts';
import type { Effect, Severity } from '../model/change.ts';
import type { DeclaredDifference, EnvironmentDifference, ResourceDifference } from '../model/declared-diff.ts';
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { type FieldPath, ROOT_PATH } from '../model/field-path.ts';
import { compareText, type Json, type JsonObject } from '../model/json.ts';
import type { SeverityRule } from '../model/severity-rule.ts';
import type { SourceRange } from '../model/source.ts';
import { effectsOf, type FieldEffects } from './effects.ts';
import { differingFields } from './fields.ts';
import { weightOf } from './severity.ts';

/** Of what is declared of the environment as a whole: severity rules are about resources. */
const WHOLE_SEVERITY: Severity = 'warning';

/** An environment as one revision declares it. */
export interface DeclaredEnvironment extends DesiredEnvironment {
  /** Where something of the environment as a whole stands. */
  locateKey(path: FieldPath): SourceRange | null;
}

/** One environment on both sides; at least one of them declares it. */
export interface BetweenInput {
  readonly name: string;
  readonly before: DeclaredEnvironment | null;
  readonly after: DeclaredEnvironment | null;
  /** Only these; empty for the whole environment. */
  readonly addresses: readonly Address[];
  /** The model of each engine that `after` declares and this version has a driver for, by the engine's name. */
  readonly models: ReadonlyMap<string, DriverModel>;
  /** What people say of severities, before the built-in table. */
  readonly severities: readonly SeverityRule[];
}

/** `null` where the two mean the same. */
export function differenceBetween(input: BetweenInput): EnvironmentDifference | null {
  const { name, before, after } = input;
  const resources = resourcesBetween(input);
  const differences =
    before === null || after === null || input.addresses.length > 0 ? [] : wholeBetween(before, after);
  const kind = before === null ? 'added' : after === null ? 'removed' : 'changed';
  if (kind === 'changed' && resources.length === 0 && differences.length === 0) return null;
  return {
    kind,
    environment: name,
    before_source: before?.locateKey(ROOT_PATH) ?? null,
    after_source: after?.locateKey(ROOT_PATH) ?? null,
    differences,
    resources,
  };
}

function wholeBetween(before: DeclaredEnvironment, after: DeclaredEnvironment): readonly DeclaredDifference[] {
  return differingFields(wholeOf(after), wholeOf(before)).map(({ path, desired, observed }) => ({
    field_path: path,
    before: observed,
    after: desired,
    effect: null,
    severity: WHOLE_SEVERITY,
    before_source: before.locateKey(path),
    after_source: after.locateKey(path),
  }));
}

/** What is declared of an environment beside its resources, under the keys that manifests have for it. */
function wholeOf({
  type,
  project,
  engines,
  policies,
  moved,
  ignore_differences: rules,
}: DesiredEnvironment): JsonObject {
  return {
    type,
    project,
    engines: Object.fromEntries(
      Object.values(engines).map(({ name, driver, settings }) => [name, { ...settings, driver }]),
    ),
    policies: { ...policies },
    moved: Object.fromEntries(moved.map(({ from, to }) => [from, to])),
    ignore_differences: Object.fromEntries(
      rules.map(({ address, field_path: path, reason, until }) => [`${address} ${path}`, { reason, until }]),
    ),
  };
}

function resourcesBetween(input: BetweenInput): readonly ResourceDifference[] {
  const { before, after, addresses } = input;
  const previous = previousAddresses(before, after);
  const movedAway = new Set(previous.values());
  const all = new Set([...(before?.resources.keys() ?? []), ...(after?.resources.keys() ?? [])]);
  return [...all]
    .filter((address) => !movedAway.has(address))
    .filter((address) => addresses.length === 0 || isNamed(address, previous.get(address), addresses))
    .sort(compareText)
    .flatMap((address) => {
      const from = previous.get(address) ?? address;
      const sides = { before: sideOf(before, from), after: sideOf(after, address) };
      return resourceBetween(address, sides, input);
    });
}

function isNamed(address: Address, previous: Address | undefined, addresses: readonly Address[]): boolean {
  return addresses.includes(address) || (previous !== undefined && addresses.includes(previous));
}

/** By the address that a resource has now the one that it had, where `moved` says so and it can be. */
function previousAddresses(
  before: DesiredEnvironment | null,
  after: DesiredEnvironment | null,
): ReadonlyMap<Address, Address> {
  if (before === null || after === null) return new Map();
  const [earlier, later] = [before.resources, after.resources];
  const moved = after.moved.filter(
    ({ from, to }) => earlier.has(from) && !later.has(from) && later.has(to) && !earlier.has(to),
  );
  return new Map(moved.map(({ from, to }) => [to, from]));
}

interface Side {
  readonly resource: DesiredResource;
  readonly environment: DeclaredEnvironment;
}

function sideOf(environment: DeclaredEnvironment | null, address: Address): Side | null {
  const resource = environment?.resources.get(address);
  return environment === null || resource === undefined ? null : { resource, environment };
}

function resourceBetween(
  address: Address,
  { before, after }: { readonly before: Side | null; readonly after: Side | null },
  input: BetweenInput,
): readonly ResourceDifference[] {
  const { resource } = after ?? before ?? {};
  if (resource === undefined || resource.type === 'image') return [];
  const isBoth = before !== null && after !== null;
  const differences = isBoth ? fieldsBetween(before, after, input) : [];
  const previous = before === null || before.resource.address === address ? null : before.resource.address;
  if (isBoth && differences.length === 0 && previous === null) return [];
  return [
    {
      kind: isBoth ? 'changed' : after === null ? 'removed' : 'added',
      address,
      previous_address: previous,
      type: resource.type,
      before_source: before === null ? null : locate(before, ROOT_PATH),
      after_source: after === null ? null : locate(after, ROOT_PATH),
      differences,
    },
  ];
}

function fieldsBetween(
  before: Side,
  after: Side,
  { name, models, severities }: BetweenInput,
): readonly DeclaredDifference[] {
  const { address } = after.resource;
  const model = models.get(after.resource.engine) ?? null;
  const effects = effectsOf(before.resource, after.resource, model);
  return differingFields(declaredOf(after), declaredOf(before))
    .filter(({ path, desired, observed }) => !effects.isSame(path, desired, observed))
    .map(({ path, names, desired, observed }) => ({
      field_path: path,
      before: observed,
      after: desired,
      effect: effectOf(path, before, after, effects),
      severity: weightOf({ environment: name, address, names }, severities).severity,
      before_source: writtenOr(before, path, desired),
      after_source: writtenOr(after, path, observed),
    }));
}

/** What changes its name or engine is another object, whatever else is said of it. */
function effectOf(path: FieldPath, before: Side, after: Side, effects: FieldEffects): Effect | null {
  if (path === "$['engine']" || before.resource.engine !== after.resource.engine) return 'replace';
  return effects.of(path);
}

/** All that a resource is declared to be. What it has from the environment's policies is told of these alone. */
function declaredOf({ resource, environment: { policies } }: Side): JsonObject {
  const { config, name, engine, external, protect, deletion_policy, on_failure, drift } = resource;
  return {
    ...config,
    name,
    engine,
    external,
    protect,
    deletion_policy,
    on_failure: on_failure === policies.on_failure ? null : on_failure,
    drift: drift === policies.drift ? null : drift,
  };
}

/** Where the value stands that makes the difference to the other side's: the variable, where that moved. */
function writtenOr(side: Side, path: FieldPath, other: Json): SourceRange | null {
  return side.environment.writtenAt?.(side.resource.address, path, other) ?? locate(side, path);
}

function locate({ environment, resource }: Side, path: FieldPath): SourceRange | null {
  return environment.locate(resource.address, path);
}
