/** `notifications` of trueup.yaml: from what was written to sinks, and what the schema alone cannot say of them. */
import { durationMs } from '../model/duration.ts';
import type { Notification, SecretSource } from '../model/generated/settings.ts';
import type { NotificationChannel, NotificationKind, NotificationSink, SecretPlace } from '../model/notification.ts';
import type { Reporter } from './reporter.ts';

const DEFAULT_KINDS: readonly NotificationKind[] = [
  'failed',
  'stalled',
  'degraded',
  'quarantined',
  'unreachable',
  'drift',
  'recovered',
];
const HOUR = 3_600_000;
const DEFAULT_REPEAT_MS = 4 * HOUR;
const LEAST_REPEAT_MS = 60_000;
const DEFAULT_TIMEOUT_MS = 10_000;
const TIMEOUTS_MS = { least: 100, most: 300_000 };

/** Sorted by name; what has mistakes is left out. */
export function notificationSinks(
  declared: Readonly<Record<string, Notification>>,
  reporter: Reporter,
): readonly NotificationSink[] {
  return Object.entries(declared)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([name, notification]) => sinkOf(name, notification, reporter) ?? []);
}

function sinkOf(name: string, declared: Notification, reporter: Reporter): NotificationSink | null {
  const path = ['notifications', name];
  const { webhook, chat, command } = declared;
  const ways = Object.entries({ webhook, chat, command }).flatMap(([key, way]) => (way === undefined ? [] : [key]));
  const [way] = ways;
  if (way === undefined || ways.length > 1) {
    const summary = way === undefined ? `${path.join('.')} says nobody` : `${path.join('.')} has ${ways.join(' and ')}`;
    reporter.error('invalid_settings', path, summary, 'write exactly one of webhook, chat and command');
    return null;
  }
  const repeat = durationMs(declared.repeat, DEFAULT_REPEAT_MS);
  if (repeat !== 0 && repeat < LEAST_REPEAT_MS) {
    reporter.error('invalid_settings', [...path, 'repeat'], 'repeat must be at least 1m', 'write 0 for never');
  }
  const timeout = durationMs((webhook ?? chat ?? command)?.timeout, DEFAULT_TIMEOUT_MS);
  if (timeout < TIMEOUTS_MS.least || timeout > TIMEOUTS_MS.most) {
    reporter.error('invalid_settings', [...path, way, 'timeout'], 'timeout must be from 100ms to 5m');
  }
  const channel = channelOf(declared, path, reporter);
  if (channel === null) return null;
  return {
    name,
    on: declared.on ?? DEFAULT_KINDS,
    environments: declared.environments ?? null,
    repeat_ms: repeat === 0 ? null : repeat,
    timeout_ms: timeout,
    channel,
  };
}

function channelOf(
  { webhook, chat, command }: Notification,
  path: readonly string[],
  reporter: Reporter,
): NotificationChannel | null {
  if (webhook !== undefined) {
    const secret = secretPlace(webhook.secret, [...path, 'webhook', 'secret'], reporter);
    return secret === null ? null : { type: 'webhook', url: webhook.url, secret };
  }
  if (chat !== undefined) {
    const url = secretPlace(chat.url, [...path, 'chat', 'url'], reporter);
    return url === null ? null : { type: 'chat', url };
  }
  return command === undefined ? null : { type: 'command', run: command.run };
}

/** Where a secret is kept; `null`, and said, where that is no place. */
export function secretPlace(
  { source, value }: SecretSource,
  path: readonly string[],
  reporter: Reporter,
): SecretPlace | null {
  if (source === 'command') {
    if (typeof value !== 'string') return { source, command: value };
    reporter.error('invalid_settings', [...path, 'value'], 'the command must be a list of words', 'no shell reads it');
    return null;
  }
  if (typeof value === 'string') return source === 'env' ? { source, name: value } : { source, path: value };
  const what = source === 'env' ? 'the name of a variable' : 'a path';
  reporter.error('invalid_settings', [...path, 'value'], `the value must be ${what}, not a list`);
  return null;
}
