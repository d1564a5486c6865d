/**
 * An environment as a picture; with the changes of a plan also what happens to each resource, what is drawn for that alone
 * since it is to be removed, and whom a change restarts or reconnects along.
 */
import type { Address } from '../../model/address.ts';
import type { Change, ChangeAction } from '../../model/change.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import { compareText } from '../../model/json.ts';
import { futureText, reasonText } from '../change-words.ts';
import { dependencyEdges } from '../dependency-edges.ts';
import { fieldText } from '../field-text.ts';
import { countActions } from '../plan-document.ts';
import { safeText, shorten } from '../safe-text.ts';
import { countList, listed, plural } from '../words.ts';
import { type AlongWith, alongWith } from './along.ts';
import type { Picture, PictureNode } from './picture.ts';
import { signOf } from './sign.ts';

/** Columns of a line in a box. What is longer stands whole in what is told. */
const LONGEST_LINE = 72;
const MOST_FIELDS = 8;

/** What is said first of an address that several changes have: the one that is declared, not what is left over beside it. */
const RANK: readonly ChangeAction[] = ['replace', 'create', 'restart', 'update', 'move', 'delete'];

/** `changes` is `null` where no plan was asked for, which is not the same as a plan without changes. */
export function environmentPicture(environment: DesiredEnvironment, changes: readonly Change[] | null): Picture {
  const edges = dependencyEdges(environment);
  const changesOf = Map.groupBy(changes ?? [], ({ address }) => address);
  const along = alongWith(changes ?? []);
  const addresses = new Set<Address>([...environment.resources.keys(), ...edges.map(({ to }) => to)]);
  for (const address of [...changesOf.keys(), ...along.keys()]) addresses.add(address);
  const nodes = [...addresses].sort(compareText).map((address) => {
    const own = changesOf.get(address);
    return own === undefined ? quietNode(address, along.get(address)) : changedNode(address, own);
  });
  const name = shorten(safeText(environment.name), LONGEST_LINE);
  return {
    title: changes === null ? `Environment ${name}` : `Plan for ${name}`,
    summary: changes === null ? plural(nodes.length, 'resource') : changesText(changes, nodes),
    nodes,
    edges,
  };
}

function changedNode(address: Address, changes: readonly Change[]): PictureNode {
  const ranked = changes.toSorted((left, right) => RANK.indexOf(left.action) - RANK.indexOf(right.action));
  const words = ranked.map((change) => `${signOf(change.action)} ${futureText(change)}`);
  return {
    id: address,
    mark: ranked[0]?.action ?? null,
    lines: [nameText(address), ...words],
    told: ranked.map((change) => `${safeText(address)} ${futureText(change)}: ${whyText(change)}`),
  };
}

function quietNode(address: Address, along: AlongWith | undefined): PictureNode {
  if (along === undefined) return { id: address, mark: null, lines: [nameText(address)], told: [safeText(address)] };
  const { verb, causes } = along;
  const names = causes.map(safeText);
  return {
    id: address,
    mark: 'along',
    lines: [nameText(address), shorten(`${signOf('along')} ${verb} with ${listed(names, 1)}`, LONGEST_LINE)],
    told: [`${safeText(address)} ${verb} with ${names.join(', ')}`],
  };
}

/** Fields by name alone: their values are the business of the plan. */
function whyText(change: Change): string {
  const fields = change.action === 'create' ? [] : change.differences.map(({ field_path }) => fieldText(field_path));
  return `${reasonText(change)}${fields.length === 0 ? '' : ` (${listed(fields, MOST_FIELDS)})`}`;
}

function changesText(changes: readonly Change[], nodes: readonly PictureNode[]): string {
  const { create, update, restart, replace, move, delete: removed } = countActions(changes);
  const quiet = nodes.filter(({ mark }) => mark === null).length;
  const counts = countList([
    [create, 'to create'],
    [update + restart, 'to change'],
    [replace, 'to replace'],
    [move, 'to move'],
    [removed, 'to remove'],
    [nodes.filter(({ mark }) => mark === 'along').length, 'touched'],
  ]);
  return counts === '' ? `No changes; ${quiet} unchanged` : `${counts}; ${quiet} unchanged`;
}

function nameText(address: Address): string {
  return shorten(safeText(address), LONGEST_LINE);
}
