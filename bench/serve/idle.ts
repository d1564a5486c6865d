/** What a daemon costs while nothing happens, and what its engine does meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchedDaemon } from './benched-daemon.ts';
import { now } from './engine-front.ts';
import { type Figure, mib } from './figures.ts';
import { cpuSeconds, memoryOf } from './process-cost.ts';

const SHARE_PERCENT = 0.5;
const MEMORY_BYTES = 150 * 2 ** 20;
/** Until what was made for the figures before has had its first check of health, an interval after its start. */
const SETTLE_MS = 75_000;

export function idle(daemon: BenchedDaemon, quietMs: number): Promise<readonly Figure[]> {
  return daemon.process.unheard(() => measured(daemon, quietMs));
}

async function measured({ process: served, world, front }: BenchedDaemon, quietMs: number): Promise<readonly Figure[]> {
  await sleep(SETTLE_MS);
  const began = now();
  const cpu = cpuSeconds(served.pid);
  const engine = world.cpuSeconds();
  await sleep(quietMs);
  const seconds = (now() - began) / 1000;
  const share = ((cpuSeconds(served.pid) - cpu) / seconds) * 100;
  const after = world.cpuSeconds();
  const engineShare = engine === null || after === null ? null : ((after - engine) / seconds) * 100;
  const { rss, pss } = memoryOf(served.pid);
  const calls = Object.values(front.callsBetween(began, now())).reduce((sum, times) => sum + times, 0);
  return [
    {
      what: `idle share of the daemon, over ${Math.round(seconds)} s`,
      measured: `${share.toFixed(2)} % of a core; engine ${engineShare?.toFixed(1) ?? '?'} %; ${calls} calls`,
      target: `≤ ${SHARE_PERCENT} %`,
      isMet: share <= SHARE_PERCENT,
    },
    {
      what: 'memory of the daemon',
      measured: `${mib(pss)}, resident ${mib(rss)}`,
      target: `≤ ${mib(MEMORY_BYTES)}`,
      isMet: rss <= MEMORY_BYTES,
    },
  ];
}
