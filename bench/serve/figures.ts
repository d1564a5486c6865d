/** Medians and 95th percentiles, and the rows of the table in which they are shown. */

export interface Figure {
  readonly what: string;
  readonly measured: string;
  readonly target: string;
  /** `null` where there is no target. */
  readonly isMet: boolean | null;
}

/** The value below which this share of all lies, 0 to 1. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Medians meet the figure, 95th percentiles `looseness` times it. */
export function within(
  what: string,
  values: readonly number[],
  limitMs: number,
  { looseness = 3, beside = '' }: { readonly looseness?: number; readonly beside?: string } = {},
): Figure {
  const [middle, high] = [median(values), quantile(values, 0.95)];
  return {
    what,
    measured: `${ms(middle)}, p95 ${ms(high)} (${values.length} times)${beside === '' ? '' : `; ${beside}`}`,
    target: `≤ ${ms(limitMs)}, p95 ≤ ${ms(limitMs * looseness)}`,
    isMet: middle <= limitMs && high <= limitMs * looseness,
  };
}

export function ms(value: number): string {
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`;
}

export function mib(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

export function printTable(figures: readonly Figure[]): void {
  console.log('| what | measured (median) | target | met |\n| --- | --- | --- | --- |');
  for (const { what, measured, target, isMet } of figures) {
    console.log(`| ${what} | ${measured} | ${target} | ${isMet === null ? '' : isMet ? 'yes' : '**no**'} |`);
  }
}
