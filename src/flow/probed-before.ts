/** What an earlier probe says of a service that has run ever since. Pure. */
import type { HealthCheckResult } from '../model/health.ts';
import type { ProbedHealth } from './status.ts';

/** `since`: when it was started; both in milliseconds since the epoch. `null` where the probe was of another start. */
export function probedBefore(
  { timestamp, status, details }: HealthCheckResult,
  { since, now }: { readonly since: number | null; readonly now: number },
): ProbedHealth | null {
  const at = Date.parse(timestamp);
  if (since === null || at < since || at > now) return null;
  if (status === 'healthy') return { health: 'healthy', reason: null };
  if (status !== 'unhealthy') return null;
  const { exit_code: code, output, error_message: message } = details;
  const said = code === null ? message?.split('\n')[0] : output?.trimEnd().split('\n').at(-1);
  const parts = ['its health check failed', code === null ? null : `status ${code}`, said || null];
  return { health: 'unhealthy', reason: `${parts.filter((part) => part !== null).join(': ')} (at ${timestamp})` };
}
