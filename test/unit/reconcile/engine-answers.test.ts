import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../src/model/observed.ts';
import { type AwaitedEngine, waitForEngine } from '../../../src/reconcile/gates/engine-answers.ts';

type Observe = AwaitedEngine['observer']['observe'];

const FACTS = { kind: 'process', version: '1' };
const KNOWN: Observation = { status: 'known', engine: 'inner', facts: FACTS, objects: [] };

async function waited(observe: Observe, signal = new AbortController().signal): Promise<string> {
  const told: string[] = [];
  const scope = { project: 'shop', environment: 'local', owners: [], names: {} };
  const engine: Omit<AwaitedEngine, 'observer' | 'scope'> = {
    name: 'inner',
    timeoutMs: 50,
    now: () => performance.now(),
    told: (why) => told.push(why),
  };
  try {
    await waitForEngine({ ...engine, observer: { observe }, scope }, signal);
    return 'answers';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('an engine inside of a VM that is up', () => {
  it('is waited for until it answers', async () => {
    expect(await waited(() => Promise.resolve(KNOWN))).toBe('answers');
  });

  it('is waited for no longer than it may take, also where it accepts and never answers', async () => {
    expect(await waited(() => new Promise(() => {}))).toMatch(
      /^engine "inner" did not answer .*: it was asked, and said nothing$/,
    );
  });

  it('is waited for no longer than it may take, where it is told to stop', async () => {
    const observe: Observe = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('stopped')));
      });

    expect(await waited(observe)).toContain('it was asked, and said nothing');
  });

  it('is waited for no longer where somebody interrupts it', async () => {
    const stop = new AbortController();
    const observe: Observe = () => {
      stop.abort(new Error('Ctrl-C'));
      return new Promise(() => {});
    };

    expect(await waited(observe, stop.signal)).toBe('Ctrl-C');
  });
});
