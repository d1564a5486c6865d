import { test as property } from '@fast-check/vitest';
import {
  type Arbitrary,
  array,
  boolean,
  constant,
  constantFrom,
  integer,
  nat,
  oneof,
  option,
  record,
  string,
  subarray,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Address } from '../../../src/model/address.ts';
import type { Trigger, TriggerKind } from '../../../src/model/served.ts';
import { MAX_ADDRESSES, MAX_REASONS, PassQueue, type Place, type Wanted } from '../../../src/serve/loop/pass-queue.ts';

const KINDS: readonly TriggerKind[] = ['start', 'git', 'files', 'event', 'schedule', 'request', 'retry'];

function trigger(overrides: Partial<Trigger> = {}): Trigger {
  return { kind: 'git', reason: 'a commit', addresses: null, isWord: false, ...overrides };
}

interface Under {
  readonly key: string;
  readonly wanted: Wanted;
  readonly place: Place;
  end(): Promise<void>;
}

/** A queue whose passes end when the test says so. */
function heldQueue(limit: number): { readonly queue: PassQueue; readonly under: Under[]; readonly begun: string[] } {
  const under: Under[] = [];
  const begun: string[] = [];
  const queue = new PassQueue({
    limit,
    now: () => 0,
    run(key, wanted, place) {
      const { promise, resolve } = Promise.withResolvers<void>();
      begun.push(key);
      const item: Under = {
        key,
        wanted,
        place,
        async end() {
          under.splice(under.indexOf(item), 1);
          resolve();
          await settled();
        },
      };
      under.push(item);
      return promise;
    },
  });
  return { queue, under, begun };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

describe('the queue of passes', () => {
  it('begins one pass at a time per environment, and one more for all that came meanwhile', async () => {
    const { queue, under } = heldQueue(4);
    queue.add('a', 'repo', trigger());
    await settled();
    for (let count = 0; count < 10_000; count += 1) {
      queue.add('a', 'repo', trigger({ kind: 'event', reason: `event ${count}`, addresses: ['service.web'] }));
    }
    await settled();
    expect(under).toHaveLength(1);

    await under[0]?.end();

    expect(under).toHaveLength(1);
    expect(under[0]?.wanted).toMatchObject({ count: 10_000, addresses: ['service.web'], isWord: false });
    expect(under[0]?.wanted.reasons).toHaveLength(MAX_REASONS);
    await under[0]?.end();
    expect(queue.sizes()).toEqual({ waiting: 0, running: 0 });
  });

  it('takes too many addresses for all of them', async () => {
    const { queue, under } = heldQueue(1);
    queue.add('a', 'repo', trigger());
    await settled();
    for (let count = 0; count <= MAX_ADDRESSES; count += 1) {
      queue.add('a', 'repo', trigger({ kind: 'event', addresses: [`service.s${count}`] }));
    }
    await under[0]?.end();

    expect(under[0]?.wanted.addresses).toBeNull();
  });

  it('keeps the last place for what somebody waits for', async () => {
    const { queue, begun } = heldQueue(2);
    for (const key of ['a', 'b', 'c']) queue.add(key, 'repo', trigger());
    await settled();
    expect(begun).toEqual(['a']);

    queue.add('d', 'repo', trigger({ kind: 'event' }));
    await settled();

    expect(begun).toEqual(['a', 'd']);
  });

  it.each([2, 8])(
    'begins what somebody waits for at once, however much waits in masses (%i at once)',
    async (limit) => {
      const { queue, begun } = heldQueue(limit);
      for (let index = 0; index < 1000; index += 1) queue.add(`mass ${index}`, 'repo', trigger());
      await settled();
      const before = begun.length;

      queue.add('word', 'repo', trigger({ kind: 'request', isWord: true }));
      await settled();

      expect(begun.slice(before)).toEqual(['word']);
    },
  );

  it('lets what waits with the masses change over once somebody waits for it', async () => {
    const { queue, begun } = heldQueue(2);
    for (const key of ['a', 'b', 'c']) queue.add(key, 'repo', trigger());
    await settled();

    queue.add('c', 'repo', trigger({ kind: 'request', isWord: true }));
    await settled();

    expect(begun).toEqual(['a', 'c']);
  });

  it('lets masses of several sources take turns', async () => {
    const { queue, under, begun } = heldQueue(1);
    for (const key of ['a1', 'a2', 'a3']) queue.add(key, 'a', trigger());
    for (const key of ['b1', 'b2']) queue.add(key, 'b', trigger());
    await settled();
    while (under.length > 0) await under[0]?.end();

    expect(begun).toEqual(['a1', 'a2', 'b1', 'a3', 'b2']);
  });

  it('gives the place of one that only waits to another, and begins what came meanwhile once it ends', async () => {
    const { queue, under, begun } = heldQueue(1);
    queue.add('a', 'repo', trigger());
    queue.add('b', 'repo', trigger());
    await settled();
    under[0]?.place.leave();
    await settled();
    expect(begun).toEqual(['a', 'b']);
    await under[1]?.end();

    queue.add('a', 'repo', trigger());
    await under[0]?.end();

    expect(begun).toEqual(['a', 'b', 'a']);
  });

  it('begins nothing for what is paused, and forgets nothing of it', async () => {
    const { queue, under, begun } = heldQueue(1);
    queue.pause('a', 'repo');
    queue.add('a', 'repo', trigger({ reason: 'kept' }));
    await settled();
    expect(begun).toEqual([]);

    queue.resume('a', 'repo');
    await settled();

    expect(under[0]?.wanted.reasons).toEqual(['kept']);
  });

  it('waits for what runs when it ends, and begins nothing more', async () => {
    const { queue, under, begun } = heldQueue(1);
    queue.add('a', 'repo', trigger());
    queue.add('b', 'repo', trigger());
    await settled();
    let hasEnded = false;
    const ended = queue[Symbol.asyncDispose]().then(() => (hasEnded = true));
    await settled();
    expect(hasEnded).toBe(false);

    await under[0]?.end();
    await ended;

    expect(begun).toEqual(['a']);
  });
});

type Move =
  | { readonly move: 'add'; readonly key: number; readonly trigger: Trigger }
  | { readonly move: 'end' | 'leave'; readonly index: number }
  | { readonly move: 'pause' | 'resume'; readonly key: number };

const ADDRESSES: readonly Address[] = ['service.a', 'service.b', 'volume.c'];

const moves: Arbitrary<readonly Move[]> = array(
  oneof(
    record({
      move: constant('add' as const),
      key: nat(5),
      trigger: record({
        kind: constantFrom(...KINDS),
        reason: string({ maxLength: 3 }),
        addresses: option(subarray([...ADDRESSES])),
        isWord: boolean(),
      }),
    }),
    record({ move: constantFrom('end' as const, 'leave' as const), index: nat(5) }),
    record({ move: constantFrom('pause' as const, 'resume' as const), key: nat(5) }),
  ),
  { maxLength: 60 },
);

describe('whatever happens to the queue', () => {
  property.prop([moves, integer({ min: 1, max: 4 })])(
    'no environment has two passes, no trigger is lost, and everything that may begin does in the end',
    async (given, limit) => {
      const { queue, under } = heldQueue(limit);
      const open = new Map<string, { count: number; isWord: boolean }>();
      const left = new Set<Under>();
      const check = (): void => {
        expect(new Set(under.map(({ key }) => key)).size).toBe(under.length);
        expect(under.filter((item) => !left.has(item)).length).toBeLessThanOrEqual(limit);
        for (const item of under) {
          const known = open.get(item.key);
          if (known === undefined || seen.has(item)) continue;
          seen.add(item);
          expect(item.wanted.count).toBe(known.count);
          expect(item.wanted.isWord).toBe(known.isWord);
          open.delete(item.key);
        }
      };
      const seen = new Set<Under>();
      for (const move of given) {
        if (move.move === 'add') {
          const key = `e${move.key}`;
          const known = open.get(key) ?? { count: 0, isWord: false };
          open.set(key, { count: known.count + 1, isWord: known.isWord || move.trigger.isWord });
          queue.add(key, `source ${move.key % 2}`, move.trigger);
        } else if ('key' in move) {
          queue[move.move](`e${move.key}`, `source ${move.key % 2}`);
        } else {
          const item = under[move.index];
          if (item !== undefined && move.move === 'leave') left.add(item);
          if (move.move === 'leave') item?.place.leave();
          else await item?.end();
        }
        await settled();
        check();
      }
      for (let key = 0; key <= 5; key += 1) queue.resume(`e${key}`, `source ${key % 2}`);
      await settled();
      check();
      while (under.length > 0) {
        await under[0]?.end();
        check();
      }
      expect(open.size).toBe(0);
      expect(queue.sizes()).toEqual({ waiting: 0, running: 0 });
    },
  );
});
