/** Durations as Compose and Go write them: `1h30m`, `10s`, `500ms`, `1.5s`. A bare number is milliseconds. */

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds, or `null` when the text is no duration. */
export function parseDuration(value: string | number): number | null {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : null;
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return null;
  let total = 0;
  for (const [, amount = '0', unit = 'ms'] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(amount) * (UNIT_MS[unit] ?? 1);
  }
  return rounded(total);
}

/** To whole nanoseconds: `64.1m` is 1h4m6s and not a rounding error less. */
function rounded(milliseconds: number): number {
  return Number(milliseconds.toFixed(6));
}

/** The canonical form: `90000` → `1m30s`, `500` → `500ms`, `0` → `0s`. Equal durations have equal texts. */
export function formatDuration(milliseconds: number): string {
  const total = rounded(milliseconds);
  if (total === 0) return '0s';
  const hours = Math.floor(total / 3_600_000);
  const minutes = Math.floor((total % 3_600_000) / 60_000);
  const seconds = Math.floor((total % 60_000) / 1000);
  const rest = rounded(total % 1000);
  const parts = [
    hours > 0 && `${hours}h`,
    minutes > 0 && `${minutes}m`,
    seconds > 0 && `${seconds}s`,
    rest > 0 && `${rest}ms`,
  ];
  return parts.filter((part) => part !== false).join('');
}

/** For values that the loader has already made canonical. */
export function durationMs(value: unknown, fallback: number): number {
  return typeof value === 'string' || typeof value === 'number' ? (parseDuration(value) ?? fallback) : fallback;
}
