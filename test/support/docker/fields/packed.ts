/**
 * Rows that are played together, in one scene: as many as fit, so that a suite makes few containers. Rows fit where no edit
 * of one touches what another edits, and where all of them make another container, or none does.
 */
import type { Row } from './row.ts';
import { sceneOf } from './scene.ts';

/** More would make it hard to see which of them went wrong. */
const TOGETHER = 3;

export function packed(rows: readonly Row[]): readonly (readonly Row[])[] {
  const groups: Row[][] = [];
  for (const row of rows) {
    const group = groups.find((one) => one.length < TOGETHER && one.every((other) => fit(row, other)));
    if (group === undefined) groups.push([row]);
    else group.push(row);
  }
  return groups;
}

function fit(row: Row, other: Row): boolean {
  if (row.alone === true || other.alone === true) return false;
  if (row.keeps !== other.keeps || (row.healKeeps ?? row.keeps) !== (other.healKeeps ?? other.keeps)) return false;
  return touched(row).every((one) => touched(other).every((two) => !isWithin(one, two) && !isWithin(two, one)));
}

/** Dotted paths, with the owner in front. */
function touched(row: Row): readonly string[] {
  return Object.entries(row.edit(sceneOf(0))).flatMap(([owner, edit]) =>
    Object.keys(edit).map((path) => `${owner}.${path}`),
  );
}

function isWithin(path: string, other: string): boolean {
  return path === other || path.startsWith(`${other}.`);
}
