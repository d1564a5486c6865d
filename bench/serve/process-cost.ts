/** What a process costs, as Linux counts it. */
import { readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** Processor seconds of a process, and of those of its children that have ended. */
export function cpuSeconds(pid: number): number {
  const [, rest = ''] = /\) (.*)/s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? [];
  const fields = rest.split(' ').slice(11, 15).map(Number);
  return fields.reduce((sum, ticks) => sum + ticks, 0) / TICKS_PER_SECOND;
}

/** Bytes: what it has in memory, and its share of it where others use the same. */
export function memoryOf(pid: number): { readonly rss: number; readonly pss: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  const bytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1]) * 1024;
  return { rss: bytes('Rss'), pss: bytes('Pss') };
}

export function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}
