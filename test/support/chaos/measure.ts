/** How much there is of what must not grow, taken where the same shop stands each time. */
import type { BesiegedShop } from './besieged-shop.ts';
import { VOLUMES } from './shop-state.ts';
import { type StateFiles, stateFiles } from './state-files.ts';

export interface Measure {
  readonly minutes: number;
  readonly state: StateFiles;
  /** Of the engine, by kind. */
  readonly objects: Readonly<Record<string, number>>;
}

export async function measure({ repo, world }: BesiegedShop, minutes: number): Promise<Measure> {
  return { minutes, state: await stateFiles(repo.root), objects: await world.census() };
}

export function measureLine(measured: Measure | null): string {
  if (measured === null) return '';
  const { minutes, state, objects } = measured;
  const counts = Object.entries(objects).map(([kind, count]) => `${count} ${kind}`);
  const { files, snapshots, bytes, journal, history, leftovers } = state;
  return `   ${minutes.toFixed(1)} min: state ${files} files, ${snapshots} snapshots, ${bytes} bytes (journal ${journal} lines, history ${history} lines, ${leftovers} left by killed writers); ${counts.join(', ')}`;
}

/** Two are kept of the volume, under each name that it may have. */
const MOST_SNAPSHOTS = 2 * VOLUMES.length;

/** Of the history so many runs are kept, and what a killed writer left goes after an hour. */
export function whatGrew(measures: readonly Measure[]): readonly string[] {
  const [first, last] = [measures[0], measures.at(-1)];
  if (first === undefined || last === undefined) return [];
  const files = ({ state }: Measure): number => state.files - state.leftovers;
  const objects = Object.entries(last.objects).filter(
    ([kind, count]) => count > (first.objects[kind] ?? 0) + slack(kind),
  );
  return [
    ...objects.map(([kind, count]) => `${kind}: ${first.objects[kind] ?? 0}, then ${count}`),
    ...(last.state.journal > first.state.journal ? [`journal: ${last.state.journal} lines`] : []),
    ...(last.state.snapshots > MOST_SNAPSHOTS ? [`snapshots: ${last.state.snapshots}`] : []),
    ...(files(last) > files(first) + 2 ? [`files of the state folder: ${files(first)}, then ${files(last)}`] : []),
  ];
}

/** The last healthy image of each service may be kept under a tag. What a killed removal leaves goes with the next change. */
function slack(kind: string): number {
  return kind === 'tags' || kind === 'trash' ? 6 : 0;
}
