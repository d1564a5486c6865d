/** A run as a picture, from its document alone: what was changed and how that ended, and what it depends on. */
import type { Address } from '../../model/address.ts';
import { compareText } from '../../model/json.ts';
import type { Rollback } from '../../model/run.ts';
import { pastText } from '../change-words.ts';
import type { ToldResult, ToldRun } from '../reading/report.ts';
import type { ChangeStatus } from '../run-changes.ts';
import { safeText } from '../safe-text.ts';
import { STATUS_WORDS } from '../status-words.ts';
import { countList, elapsedText } from '../words.ts';
import { changeEdges } from './changes-picture.ts';
import { nameText, quietNode } from './nodes.ts';
import type { Picture, PictureNode } from './picture.ts';

/** What is said first of an address that several changes have. */
const RANK: readonly ChangeStatus[] = ['failed', 'cancelled', 'skipped', 'not_started', 'done'];

export function runPicture({ environment, changes, rollbacks }: ToldRun): Picture {
  const told = changes.flatMap(({ change }) => (change === null ? [] : [change]));
  const edges = changeEdges(told);
  const byAddress = Map.groupBy(changes, ({ address }) => address);
  const backs = new Map(rollbacks.map((rollback) => [rollback.address, rollback]));
  const addresses = new Set<Address>([...byAddress.keys(), ...told.flatMap(({ depends_on }) => depends_on)]);
  const nodes = [...addresses].sort(compareText).map((address) => {
    const own = byAddress.get(address);
    return own === undefined ? quietNode(address, undefined) : resultNode(address, own, backs.get(address));
  });
  const summary = countList(RANK.map((status) => [countOf(changes, status), STATUS_WORDS[status].word]));
  return { title: `Run of ${nameText(environment)}`, summary, nodes, edges };
}

function resultNode(address: Address, results: readonly ToldResult[], rollback: Rollback | undefined): PictureNode {
  const ranked = results.toSorted((left, right) => RANK.indexOf(left.status) - RANK.indexOf(right.status));
  const words = ranked.map((result) => `${STATUS_WORDS[result.status].sign} ${resultText(result)}`);
  const back = rollback === undefined ? [] : [backText(rollback)];
  return {
    id: address,
    mark: ranked[0]?.status ?? null,
    lines: [nameText(address), ...words, ...back],
    told: [...ranked.map(resultText), ...back].map((text) => `${safeText(address)}: ${text}`),
  };
}

/** `created in 1.2 s`, or how it ended and what was to happen. */
export function resultText({ address, action, status, duration_ms }: ToldResult): string {
  if (status === 'done') return `${pastText(address, action)} in ${elapsedText(duration_ms)}`;
  const took = duration_ms === 0 ? '' : ` after ${elapsedText(duration_ms)}`;
  return `${action} ${STATUS_WORDS[status].word}${took}`;
}

function backText({ status }: Rollback): string {
  return status === 'restored' ? '↩ rolled back' : '✘ could not be rolled back';
}

function countOf(changes: readonly ToldResult[], status: ChangeStatus): number {
  return changes.filter((result) => result.status === status).length;
}
