/**
 * Tells those whom the settings of a repo name of what happens to its environments. It listens and never holds up who
 * tells it; what it has told it remembers. Disposing of it takes leave: what is on its way may arrive within moments.
 */
import { ulid } from 'ulid';
import type { NotificationSink } from '../../model/notification.ts';
import type { ServeEvent } from '../../model/serve-event.ts';
import { masker } from '../../state/mask.ts';
import type { ServeLog } from '../log/log.ts';
import type { Served } from '../served.ts';
import type { Channel } from './channel.ts';
import { chatChannel } from './channels/chat.ts';
import { commandChannel } from './channels/command.ts';
import { webhookChannel } from './channels/webhook.ts';
import { Ledger, type Told } from './ledger.ts';
import { memoryText, readMemory, writeMemory } from './memory.ts';
import { happeningMessage, type Message, noticeMessage } from './message.ts';
import { Outbox } from './outbox.ts';
import { secretReader } from './secret-reader.ts';
import { aboutOf, sharedBy, type Signal, signalsOf } from './signals.ts';
import { standingSignals } from './standing-signals.ts';

export interface NotifierOptions {
  readonly served: Pick<Served, 'subscribe' | 'environments'>;
  /** Of the operator's own settings: those of a repo that is not theirs are never read. */
  readonly sinks: readonly NotificationSink[];
  /** Whether an environment, by its id, is one of this repo. */
  readonly isOurs: (environment: string) => boolean;
  /** The root of the repo, absolute. */
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly mask: (text: string) => string;
  readonly log: ServeLog;
  /** Absolute: the file that remembers; `null` for none. */
  readonly memory: string | null;
  readonly now?: () => number;
  /** In place of the real ways. */
  readonly channel?: (sink: NotificationSink) => Channel;
}

/** What is remembered is told further only when the world has been looked at. */
const RESUME_AFTER_MS = 60_000;
const LONGEST_SLEEP_MS = 3_600_000;
const SHORTEST_SLEEP_MS = 100;
const SAVE_AFTER_MS = 1000;

interface Listener {
  readonly sink: NotificationSink;
  readonly ledger: Ledger;
  readonly outbox: Outbox;
}

export async function startNotifier(options: NotifierOptions): Promise<AsyncDisposable> {
  const memory = options.memory === null ? new Map<string, never>() : await readMemory(options.memory);
  const secrets = masker();
  const mask = (text: string): string => secrets.mask(options.mask(text));
  const { now = Date.now } = options;
  warnOfProxy(options);
  const listeners = options.sinks.map((sink): Listener => {
    const channel = options.channel?.(sink) ?? channelOf(sink, { ...options, mask }, (plain) => secrets.add(plain));
    return {
      sink,
      ledger: new Ledger(sink, memory.get(sink.name), now() + RESUME_AFTER_MS),
      outbox: new Outbox({ name: sink.name, channel, log: options.log, now }),
    };
  });
  return new Notifier(listeners, { ...options, mask, now });
}

class Notifier implements AsyncDisposable {
  readonly #listeners: readonly Listener[];
  readonly #options: NotifierOptions & { readonly now: () => number };
  readonly #subscription: Disposable;
  /** Environments of which it is known how they stand. */
  readonly #met = new Set<string>();
  #alarm: { readonly at: number; readonly timer: NodeJS.Timeout } | null = null;
  #saving: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();
  #saved = '';
  #cannotSave = false;

  constructor(listeners: readonly Listener[], options: NotifierOptions & { readonly now: () => number }) {
    this.#listeners = listeners;
    this.#options = options;
    this.#subscription = options.served.subscribe((event) => this.#hear(event));
    for (const { ledger } of listeners) this.#setAlarm(ledger.wakeAt);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#subscription[Symbol.dispose]();
    if (this.#alarm !== null) clearTimeout(this.#alarm.timer);
    if (this.#saving !== null) clearTimeout(this.#saving);
    await Promise.all(this.#listeners.map(({ outbox }) => outbox[Symbol.asyncDispose]()));
    await this.#save();
  }

  #hear(event: ServeEvent): void {
    try {
      const { environment } = event;
      if (!this.#options.isOurs(environment)) return;
      this.#take(environment, aboutOf(event), signalsOf(event));
      if (event.type === 'pass_ended') this.#meet(environment);
    } catch (error) {
      this.#options.log.error({ err: error }, 'an event could not be turned into notifications');
    }
  }

  #take(environment: string, about: string, signals: readonly Signal[]): void {
    if (signals.length === 0) return;
    const masked = signals.map((one) => this.#masked(one));
    const now = this.#options.now();
    for (const listener of this.#listeners) {
      if (!isMeant(listener.sink, environment)) continue;
      this.#tell(listener, listener.ledger.hear(about, masked, now), now);
      this.#setAlarm(listener.ledger.wakeAtOf(about));
    }
    this.#saveSoon();
  }

  /** After its first pass: what began or ended while nobody listened. */
  #meet(environment: string): void {
    if (this.#met.has(environment)) return;
    const served = this.#options.served.environments().find(({ id }) => id === environment);
    const status = served?.status() ?? null;
    if (served === undefined || status === null) return;
    this.#met.add(environment);
    const { own, shared } = standingSignals(served, status);
    this.#take(environment, environment, own);
    this.#take(environment, sharedBy(environment), shared);
  }

  /** What is remembered in a file is masked before it is remembered at all. */
  #masked(signal: Signal): Signal {
    const { mask } = this.#options;
    if (signal.type === 'happened') return { ...signal, text: mask(signal.text) };
    if (signal.type !== 'found') return signal;
    const findings = signal.findings.map(({ subject, cause, text }) => ({
      subject,
      cause: mask(cause),
      text: mask(text),
    }));
    return { ...signal, findings };
  }

  #wake(): void {
    const now = this.#options.now();
    this.#alarm = null;
    for (const listener of this.#listeners) {
      this.#tell(listener, listener.ledger.wake(now), now);
      this.#setAlarm(listener.ledger.wakeAt);
    }
    this.#saveSoon();
  }

  #tell({ outbox }: Listener, told: readonly Told[], now: number): void {
    for (const one of told) outbox.add(messageOf(one, now, this.#options.mask));
  }

  /** At a time, or earlier where it is set already: one that rings for nothing does no harm. */
  #setAlarm(at: number | null): void {
    if (at === null || (this.#alarm !== null && this.#alarm.at <= at)) return;
    if (this.#alarm !== null) clearTimeout(this.#alarm.timer);
    // Not too long either: the clock may be set while we sleep.
    const sleep = Math.min(Math.max(at - this.#options.now(), SHORTEST_SLEEP_MS), LONGEST_SLEEP_MS);
    this.#alarm = { at, timer: setTimeout(() => this.#wake(), sleep).unref() };
  }

  #saveSoon(): void {
    if (this.#options.memory === null) return;
    this.#saving ??= setTimeout(() => {
      this.#saving = null;
      void this.#save();
    }, SAVE_AFTER_MS).unref();
  }

  #save(): Promise<void> {
    const { memory: path, log } = this.#options;
    if (path === null) return this.#writing;
    this.#writing = this.#writing.then(async () => {
      try {
        const text = memoryText(new Map(this.#listeners.map(({ sink, ledger }) => [sink.name, ledger.remembered()])));
        if (text !== this.#saved) await writeMemory(path, text);
        this.#saved = text;
        this.#cannotSave = false;
      } catch (error) {
        if (!this.#cannotSave) log.warn({ err: error }, 'what was notified of cannot be remembered');
        this.#cannotSave = true;
      }
    });
    return this.#writing;
  }
}

function isMeant({ environments }: NotificationSink, id: string): boolean {
  return environments === null || environments.includes(id.slice(id.lastIndexOf('/') + 1));
}

function messageOf(told: Told, now: number, mask: (text: string) => string): Message {
  const { environment } = told;
  const id = ulid(now);
  if (told.kind === 'applied') return happeningMessage({ id, environment, kind: told.kind, now, mask }, told.text);
  return noticeMessage({ id, environment, kind: told.kind, now, mask }, told.notice);
}

function channelOf(
  { channel, timeout_ms: timeoutMs }: NotificationSink,
  { root, environment, mask }: NotifierOptions,
  onSecret: (plain: string) => void,
): Channel {
  const readSecret = secretReader({ root, environment, onSecret });
  switch (channel.type) {
    case 'webhook':
      return webhookChannel({ url: channel.url, secret: channel.secret, timeoutMs, readSecret });
    case 'chat':
      return chatChannel({ url: channel.url, timeoutMs, readSecret });
    case 'command':
      return commandChannel({ run: channel.run, timeoutMs, root, environment, mask });
    default:
      return channel satisfies never;
  }
}

/** Node goes through a proxy only when it is told to, in a variable of its own. */
function warnOfProxy({ sinks, environment, log }: NotifierOptions): void {
  const proxies = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].filter((name) => environment[name]);
  if (proxies.length === 0 || environment['NODE_USE_ENV_PROXY'] === '1') return;
  if (!sinks.some(({ channel }) => channel.type !== 'command')) return;
  log.warn({ variables: proxies }, 'notifications do not go through the proxy; NODE_USE_ENV_PROXY=1 makes them');
}
