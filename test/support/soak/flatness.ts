/**
 * Whether the curves of a soak are flat. Each life of the daemon is judged by itself: what it took in its first 90 seconds is
 * left out, and of the rest the last third is held against the first. Memory, heap and open files go up and down with what is
 * under way, so their tenth percentiles are compared, of threads the medians. The heap tells of leaks: the runtime gives
 * memory back to the system only every several minutes, so that of the system is judged in long lives alone. Pure.
 */
import type { Sample } from './sample.ts';

const MIB = 1024 * 1024;
const WARM_UP_S = 90;
/** What has to be left of a life. */
const SHORTEST_S = 180;
const SHORTEST_OF_MEMORY_S = 600;

interface Curve {
  readonly name: string;
  /** Which of the sorted values of a third stands for it, from 0 to 1. */
  readonly quantile: number;
  readonly shortestS: number;
  /** More than this must not be added from the first third to the last. */
  readonly most: (first: number) => number;
  /** Beyond this it is too much whenever it is. */
  readonly ceiling: number;
  value(sample: Sample): number | null;
  text(value: number): string;
}

const mib = (value: number): string => `${(value / MIB).toFixed(1)} MiB`;
const plain = (value: number): string => value.toFixed(0);

/** Bounds: memory a tenth and 16 MiB, heap a tenth and 3 MiB, open files 3, threads 2. */
const CURVES: readonly Curve[] = [
  {
    name: 'memory',
    quantile: 0.1,
    shortestS: SHORTEST_OF_MEMORY_S,
    most: (first) => first / 10 + 16 * MIB,
    ceiling: 400 * MIB,
    value: (sample) => sample.rssBytes,
    text: mib,
  },
  {
    name: 'heap',
    quantile: 0.1,
    shortestS: SHORTEST_S,
    most: (first) => first / 10 + 3 * MIB,
    ceiling: 200 * MIB,
    value: (sample) => sample.heapBytes,
    text: mib,
  },
  {
    name: 'open files',
    quantile: 0.1,
    shortestS: SHORTEST_S,
    most: () => 3,
    ceiling: 300,
    value: (sample) => sample.openFiles,
    text: plain,
  },
  {
    name: 'threads',
    quantile: 0.5,
    shortestS: SHORTEST_S,
    most: () => 2,
    ceiling: 64,
    value: (sample) => sample.threads,
    text: plain,
  },
];

export interface Flatness {
  /** A line for each curve of each life that was long enough. */
  readonly lines: readonly string[];
  /** Those that are not flat, and what was too much at any time. */
  readonly wrong: readonly string[];
}

export function flatnessOf(samples: readonly Sample[]): Flatness {
  const lines: string[] = [];
  const wrong: string[] = [];
  for (const [life, all] of Map.groupBy(samples, (sample) => sample.life)) {
    const settled = all.filter(({ age }) => age >= WARM_UP_S);
    for (const curve of CURVES) {
      const peak = Math.max(...valuesOf(curve, all));
      if (peak > curve.ceiling) wrong.push(`life ${life}: ${curve.name} reached ${curve.text(peak)}`);
      const compared = firstAndLast(curve, settled);
      if (compared === null) continue;
      const { first, last } = compared;
      const line = `life ${life}: ${curve.name} ${curve.text(first)}, then ${curve.text(last)} (peak ${curve.text(peak)})`;
      lines.push(line);
      if (last > first + curve.most(first)) wrong.push(`not flat: ${line}`);
    }
  }
  return { lines, wrong };
}

function firstAndLast(
  curve: Curve,
  settled: readonly Sample[],
): { readonly first: number; readonly last: number } | null {
  const [begin, end] = [settled[0]?.age ?? 0, settled.at(-1)?.age ?? 0];
  if (end - begin < curve.shortestS) return null;
  const third = (end - begin) / 3;
  const first = valuesOf(
    curve,
    settled.filter(({ age }) => age <= begin + third),
  );
  const last = valuesOf(
    curve,
    settled.filter(({ age }) => age >= end - third),
  );
  if (first.length === 0 || last.length === 0) return null;
  return { first: quantileOf(first, curve.quantile), last: quantileOf(last, curve.quantile) };
}

function valuesOf(curve: Curve, samples: readonly Sample[]): readonly number[] {
  return samples.map((sample) => curve.value(sample)).filter((value) => value !== null);
}

function quantileOf(values: readonly number[], quantile: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? 0;
}
