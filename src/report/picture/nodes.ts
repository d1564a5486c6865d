/** The boxes of a picture: what a plan does to a resource, whom that takes along, and what is merely there. */
import type { Address } from '../../model/address.ts';
import type { ChangeAction, ToldChange } from '../../model/change.ts';
import { futureText, reasonText } from '../change-words.ts';
import { fieldText } from '../field-text.ts';
import { safeText, shorten } from '../safe-text.ts';
import { listed } from '../words.ts';
import type { AlongWith } from './along.ts';
import type { PictureNode } from './picture.ts';
import { signOf } from './sign.ts';

/** Columns of a line in a box. What is longer stands whole in what is told. */
const LONGEST_LINE = 72;
const MOST_FIELDS = 8;

/** What is said first of an address that several changes have: the one that is declared, not what is left over beside it. */
const RANK: readonly ChangeAction[] = ['replace', 'create', 'restart', 'update', 'move', 'delete'];

export function changedNode(address: Address, changes: readonly ToldChange[]): PictureNode {
  const ranked = changes.toSorted((left, right) => RANK.indexOf(left.action) - RANK.indexOf(right.action));
  const words = ranked.map((change) => `${signOf(change.action)} ${futureText(change)}`);
  return {
    id: address,
    mark: ranked[0]?.action ?? null,
    lines: [nameText(address), ...words],
    told: ranked.map((change) => `${safeText(address)} ${futureText(change)}: ${whyText(change)}`),
  };
}

export function quietNode(address: Address, along: AlongWith | undefined): PictureNode {
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
function whyText(change: ToldChange): string {
  const fields = change.action === 'create' ? [] : change.differences.map(({ field_path }) => fieldText(field_path));
  return `${reasonText(change)}${fields.length === 0 ? '' : ` (${listed(fields, MOST_FIELDS)})`}`;
}

export function nameText(name: string): string {
  return shorten(safeText(name), LONGEST_LINE);
}
