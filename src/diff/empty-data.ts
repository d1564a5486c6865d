/**
 * New names for old data: something that holds data is to be made, and empty, while something of ours that is set up alike
 * is declared no more. Whoever renames it without `moved` starts on nothing, and is told so before it happens. Pure.
 */
import type { DriverModel } from '../drivers/driver.ts';
import { type Change, changeKey } from '../model/change.ts';
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { type Diagnostic, warningAt } from '../model/diagnostic.ts';
import { ROOT_PATH } from '../model/field-path.ts';
import { differingFields } from './fields.ts';
import type { Finding } from './findings.ts';
import { holdsData } from './impact.ts';
import type { World } from './world.ts';

export interface EmptyDataInput {
  readonly environment: DesiredEnvironment;
  readonly findings: readonly Finding[];
  readonly changes: readonly Change[];
  readonly models: ReadonlyMap<string, DriverModel>;
  readonly world: World;
}

/** What becomes of it, and not what it is. */
const FATES: ReadonlySet<string> = new Set(['protect', 'deletion_policy']);

type Undeclared = Extract<Finding, { readonly kind: 'undeclared' }>;

/** A warning for each of them, at the line of the new name. */
export function startsEmpty(input: EmptyDataInput): readonly Diagnostic[] {
  const { environment, findings, changes } = input;
  const left = findings.filter((finding) => isLeftData(finding, environment));
  if (left.length === 0) return [];
  const created = new Set(changes.flatMap(({ action, address }) => (action === 'create' ? [address] : [])));
  return [...environment.resources.values()].flatMap((desired) => {
    const alike = created.has(desired.address) ? left.filter((finding) => isAlike(desired, finding, input)) : [];
    return alike.length === 0 ? [] : [warningOf(desired, alike, input)];
  });
}

/** What stands under the address of something declared, or beside what its address stands for, is no old name of anything. */
function isLeftData(finding: Finding, { resources }: DesiredEnvironment): finding is Undeclared {
  if (finding.kind !== 'undeclared' || finding.isStranger) return false;
  return holdsData(finding.observed) && !resources.has(finding.address);
}

function isAlike(
  { type, engine, config }: DesiredResource,
  { observed, engine: on }: Undeclared,
  { models, world }: EmptyDataInput,
): boolean {
  const model = models.get(engine);
  if (type !== observed.type || engine !== on || model === undefined) return false;
  const facts = world.facts(engine);
  const [wanted, actual] = [config, observed.configured].map((whole) => model.comparable(type, whole, facts));
  const find = world.finder(engine);
  return differingFields(wanted ?? {}, actual ?? {}).every(
    ({ path, names, desired, observed: before }) =>
      FATES.has(names[0] ?? '') || model.equal(type, path, desired, before, find, config),
  );
}

function warningOf(
  { address }: DesiredResource,
  alike: readonly Undeclared[],
  { environment, changes }: EmptyDataInput,
): Diagnostic {
  const users = [...environment.resources.values()].filter(({ uses }) => uses.includes(address));
  const who = users.map((user) => user.address).join(', ');
  const begins = users.length === 0 ? 'empty' : `and ${who} ${users.length === 1 ? 'starts' : 'start'} on empty data`;
  const deleted = new Set(changes.filter(({ action }) => action === 'delete').map(changeKey));
  const { removed = [], left = [] } = Object.groupBy(alike, ({ address: old, engine, observed: { name } }) =>
    deleted.has(changeKey({ address: old, engine, name })) ? 'removed' : 'left',
  );
  const fates = [...fateOf(removed, 'removed'), ...fateOf(left, 'left')];
  const [from] = [...removed, ...left].map((finding) => finding.address);
  const [it, that] = alike.length === 1 ? ['the same', 'declare'] : ['one of them', 'declare that, as in'];
  return warningAt(
    'starts_empty',
    environment.locate(address, ROOT_PATH),
    `${address} is made anew, ${begins}, while ${fates.join(', and ')}`,
    `if it is ${it} under a new name, ${that} \`moved: [{ from: ${from ?? ''}, to: ${address} }]\``,
  );
}

/** Nothing where it becomes of none. */
function fateOf(alike: readonly Undeclared[], fate: 'removed' | 'left'): readonly string[] {
  const names = alike.map(({ address }) => address);
  const last = names.at(-1);
  if (last === undefined) return [];
  if (names.length === 1) return [`${last}, declared no more, is ${fate} with its data`];
  return [`${names.slice(0, -1).join(', ')} and ${last}, declared no more, are ${fate} with their data`];
}
