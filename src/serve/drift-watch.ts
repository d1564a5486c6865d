/**
 * Watching drift: looks at an environment once, and again whenever its engines say that something happened, or something that
 * it is declared by was saved, for as long as the signal lets it. Only looks: it takes no lock, writes nothing and starts nothing.
 *
 * Events wake, and looks tell: what happened while nobody waited is seen by the next look, so nothing is missed. While a run
 * of somebody else is under way nothing is told, because what it does is recorded at its end alone; of that end no engine
 * tells, so it is asked for once a second. Beside that there is one slow look at everything, for events that were lost.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { driftChanges } from '../diff/drift-changes.ts';
import { isUnderWay } from '../flow/open-run.ts';
import { openRunOf } from '../flow/open-run-holder.ts';
import type { LoadOptions } from '../flow/load.ts';
import { type Planned, planFlow, planOfAll } from '../flow/planning.ts';
import type { Workspace } from '../flow/workspace.ts';
import type { Address } from '../model/address.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { DriftChange } from '../model/drift-change.ts';
import type { Drift } from '../model/plan.ts';
import { Sight } from './sight/sight.ts';
import { DeclaredWatch } from './watch/declared-watch.ts';

export interface WatchedDrift {
  /** As it was loaded. */
  readonly environment: DesiredEnvironment;
  /** How it is loaded again. */
  readonly load: Omit<LoadOptions, 'name'>;
  /** Empty for the whole environment. */
  readonly targets: ReadonlySet<Address>;
}

export interface DriftListener {
  /** The first look, whole. */
  began(planned: Planned): Promise<void>;
  changed(changes: readonly DriftChange[]): Promise<void>;
  /** `why` of an engine that answered and does not any more; `null` of one that is back. */
  engine(name: string, why: string | null): Promise<void>;
  /** What was saved cannot be used: what was valid last is compared. */
  mistaken(diagnostics: readonly Diagnostic[]): void;
  /** These targets are declared no more, or, where none is named, the environment: what was declared last is compared. */
  gone(targets: readonly Address[]): void;
  /** Files are looked at again and again, because of this. */
  polling(why: string): void;
}

/** What happens within so long comes together. */
const GATHERING_MS = 250;
const RUN_PAUSE_MS = 1000;
const SLOW_LOOK_MS = 5 * 60_000;

export async function watchDrift(
  workspace: Workspace,
  { environment, load, targets }: WatchedDrift,
  listener: DriftListener,
  signal: AbortSignal,
): Promise<void> {
  const alarm = new Alarm();
  const news: (() => Promise<void>)[] = [];
  const told = (name: string, why: string | null): void => {
    news.push(() => listener.engine(name, why));
    alarm.ring();
  };
  await using sight = new Sight(
    {
      heard: () => alarm.ring(),
      heardLast: () => undefined,
      lost: told,
      back: (name) => told(name, null),
    },
    { hears: true },
  );
  await using declared = new DeclaredWatch({
    workspace,
    environment,
    load,
    targets,
    changed: () => alarm.ring(),
    mistaken: (diagnostics) => listener.mistaken(diagnostics),
    gone: (addresses) => listener.gone(addresses),
    polling: (why) => listener.polling(why),
  });
  let known: readonly Drift[] | null = null;
  try {
    while (!signal.aborted) {
      alarm.settle();
      const options = { ...planOfAll(Date.now(), 'heal_all'), targets };
      const now = await declared.read(signal);
      const planned = await planFlow(now.workspace, now.environment, options, signal, sight.look);
      const { plan } = planned;
      const isBusy = isUnderWay(await openRunOf(workspace, environment, planned.earlier.reading, signal));
      if (known === null) {
        // The report itself says which engines do not answer.
        news.length = 0;
        await listener.began(planned);
        known = plan.drift;
      } else await tellAll(news);
      if (!isBusy) {
        const { changes, drift } = driftChanges(known, plan);
        known = drift;
        if (changes.length > 0) await listener.changed(changes);
      }
      const isHeard = await alarm.wait(isBusy ? RUN_PAUSE_MS : SLOW_LOOK_MS, signal);
      if (isHeard) await delay(GATHERING_MS, undefined, { signal });
      else if (!isBusy) sight.forget();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function tellAll(news: (() => Promise<void>)[]): Promise<void> {
  for (const tell of news.splice(0)) await tell();
}

/** Rings at most once for each wait, also for what came before it. */
class Alarm {
  #rung = new AbortController();

  ring(): void {
    this.#rung.abort();
  }

  /** What rang until now is about to be seen. */
  settle(): void {
    if (this.#rung.signal.aborted) this.#rung = new AbortController();
  }

  /** Whether it rang before the time was over. Rejects with the signal's reason. */
  async wait(milliseconds: number, signal: AbortSignal): Promise<boolean> {
    const rung = this.#rung.signal;
    await delay(milliseconds, undefined, { signal: AbortSignal.any([rung, signal]) }).catch(() => undefined);
    signal.throwIfAborted();
    return rung.aborted;
  }
}
