import { describe, expect, it } from 'vitest';
import { Recent } from '../../../src/drivers/recent.ts';
import type { EngineEvent } from '../../../src/drivers/engine-event.ts';

/** Facts that count how often they were asked for, and a clock that stands still until it is set. */
function counted(): { readonly recent: Recent<number>; readonly clock: { now: number } } {
  const clock = { now: 0 };
  let count = 0;
  const recent = new Recent(
    () => {
      count += 1;
      return Promise.resolve(count);
    },
    () => clock.now,
  );
  return { recent, clock };
}

async function* once(event: EngineEvent): AsyncGenerator<EngineEvent> {
  yield await Promise.resolve(event);
}

const { signal } = new AbortController();

describe('what an engine is', () => {
  it('is asked once by one command, and anew after a while', async () => {
    const { recent, clock } = counted();

    const answers = [await recent.get(signal), await recent.get(signal)];
    clock.now = 60_000;
    answers.push(await recent.get(signal));

    expect(answers).toEqual([1, 1, 2]);
  });

  it('is asked anew where something may have been missed', async () => {
    const { recent } = counted();
    const gap: EngineEvent = { type: 'gap', reason: 'it was lost' };
    await recent.get(signal);

    const heard: EngineEvent[] = [];
    for await (const event of recent.forgetAtGaps(once(gap))) heard.push(event);

    expect({ heard, facts: await recent.get(signal) }).toEqual({ heard: [gap], facts: 2 });
  });

  it('is asked anew after a failure', async () => {
    let failing = true;
    const recent = new Recent(() => (failing ? Promise.reject(new Error('away')) : Promise.resolve('there')));
    await expect(recent.get(signal)).rejects.toThrow('away');

    failing = false;

    await expect(recent.get(signal)).resolves.toBe('there');
  });

  it('is not lost to one by the change of mind of another', async () => {
    const first = new AbortController();
    const begun = Promise.withResolvers<void>();
    let count = 0;
    const recent = new Recent((asking) => {
      count += 1;
      if (count > 1) return Promise.resolve('there');
      begun.resolve();
      return new Promise<string>((_, reject) => asking.addEventListener('abort', () => reject(new Error('aborted'))));
    });
    const impatient = recent.get(first.signal);
    const patient = recent.get(signal);
    await begun.promise;

    first.abort(new Error('enough'));

    await expect(impatient).rejects.toThrow('enough');
    await expect(patient).resolves.toBe('there');
  });
});
