/** A source that is told what becomes of it, and what is said of that, in order. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { DesiredEnvironment } from '../../../src/model/desired.ts';
import { TrueupError } from '../../../src/model/failure.ts';
import type { ServeEventDetail } from '../../../src/model/serve-event.ts';
import type { Trigger } from '../../../src/model/served.ts';
import type { EnvironmentLoop } from '../../../src/serve/loop/environment-loop.ts';
import { SourceFollower } from '../../../src/serve/loop/source-follower.ts';
import { sourceTrouble } from '../../../src/serve/sources/source-trouble.ts';
import type { Declaration, Source, SourceChange, SourceListener } from '../../../src/serve/sources/source.ts';
import { stateFolder } from '../../../src/state/folder.ts';
import { openRecordedStore } from '../../../src/state/recorded.ts';
import { recordedOf, service } from '../../support/planning.ts';
import { scratchFolder } from '../git/scratch-repo.ts';

const WHERE = 'https://git.example/shop.git';

interface Stage {
  readonly follower: SourceFollower;
  /** What becomes of the source; only once it is followed. */
  listener(): SourceListener;
  readonly told: ServeEventDetail[];
  /** What each environment that is known was told last of the source. */
  readonly known: Map<string, string | null>;
  readonly triggered: string[];
  /** Of each of these, whether it says something new. */
  readonly words: boolean[];
  /** What comes of the next reading. */
  reading: TrueupError | Declaration;
  /** Reads again, as after a pause. */
  retry(): Promise<void>;
}

function refused(commit: string): TrueupError {
  return new TrueupError('signature_refused', `commit ${commit} is refused: the key is not allowed`, {
    fields: { reason: 'not_allowed' },
    next: 'have it signed',
  });
}

function declaring(...names: readonly string[]): Declaration {
  const state = stateFolder(scratchFolder());
  return {
    workspace: { state, repository: { root: '/clone' }, vault: { mask: (text: string) => text } },
    names: () => Promise.resolve(names),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  } as unknown as Declaration;
}

function stage(reading: Stage['reading'], remembered?: string): Stage {
  const told: ServeEventDetail[] = [];
  const known = new Map<string, string | null>();
  const triggered: string[] = [];
  const words: boolean[] = [];
  let listener: SourceListener | null = null;
  let later: (() => void) | null = null;
  const held = { reading };
  const source: Source = {
    name: 'shop',
    where: WHERE,
    ...(remembered === undefined
      ? {}
      : { remembered: () => Promise.resolve({ root: '/clone', state: stateFolder(remembered, 'state') }) }),
    async read() {
      if (held.reading instanceof TrueupError) throw held.reading;
      return held.reading;
    },
    async watch(told) {
      listener = told;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const follower = new SourceFollower({
    source,
    clock: {
      wall: () => 0,
      now: () => 0,
      random: () => 0,
      after(_milliseconds, call) {
        later = call;
        return { [Symbol.dispose]: () => undefined };
      },
    },
    async add(name) {
      known.set(name, null);
      return {
        id: `shop/${name}`,
        declaredIs: () => false,
        isConcernedBy: () => true,
        isOtherThan: (change: SourceChange | null) => change?.isWord?.({} as DesiredEnvironment) ?? true,
        sourceIs: (words: string | null) => known.set(name, words),
        trigger: ({ isWord }: Trigger) => {
          triggered.push(name);
          words.push(isWord);
        },
      } as unknown as EnvironmentLoop;
    },
    tell: (_environment, detail) => told.push(detail),
    signal: new AbortController().signal,
  });
  return Object.assign(held, {
    follower,
    told,
    known,
    triggered,
    words,
    listener(): SourceListener {
      if (listener === null) throw new Error('nobody listens');
      return listener;
    },
    async retry() {
      later?.();
      await follower.ended();
    },
  });
}

it('tells of each other cause of a loss, and once of the same', async () => {
  const { follower, listener, told, known } = stage(declaring('local'));
  await follower.start('it began');

  for (const commit of ['1111111', '1111111', '2222222'])
    listener().lost(sourceTrouble(refused(commit), `commit ${commit} is refused`));
  listener().lost(sourceTrouble(new TrueupError('remote_unreachable', 'no answer', { fields: { reason: 'timeout' } })));

  expect(told).toEqual([
    expect.objectContaining({ type: 'source_lost', why: 'commit 1111111 is refused', next: 'have it signed' }),
    expect.objectContaining({ type: 'source_lost', why: 'commit 2222222 is refused', next: 'have it signed' }),
    expect.objectContaining({ type: 'source_lost', why: 'no answer', next: null }),
  ]);
  expect(new Set(told.map((detail) => (detail.type === 'source_lost' ? detail.cause : null))).size).toBe(3);
  expect(known.get('local')).toBe('no answer');
});

it('a change is a word where it says something else, and where nobody knows', async () => {
  const { follower, listener, words } = stage(declaring('local'));
  await follower.start('it began');

  for (const isWord of [() => false, () => true]) {
    listener().changed({ kind: 'git', reason: 'a commit', isWord });
    await follower.ended();
  }
  listener().changed({ kind: 'git', reason: 'a commit' });
  await follower.ended();

  expect(words).toEqual([false, false, true, true]);
});

it('what to do stands with what is wrong, also where an environment is asked', async () => {
  const { follower, listener, known } = stage(declaring('local'));
  await follower.start('it began');

  listener().lost(sourceTrouble(refused('1111111')));

  expect(known.get('local')).toBe('commit 1111111 is refused: the key is not allowed; have it signed');
});

it('a reading that fails again in the same way is no news, and one that fails in another is', async () => {
  const held = stage(refused('1111111'));
  await held.follower.start('it began');
  await held.retry();
  held.reading = refused('2222222');
  await held.retry();

  expect(held.told.map((detail) => (detail.type === 'source_lost' ? detail.why : ''))).toEqual([
    expect.stringContaining('1111111'),
    expect.stringContaining('2222222'),
  ]);
});

it('what ran before is known though nothing can be read, is left alone, and is served once it can', async () => {
  const folder = scratchFolder();
  const state = stateFolder(folder, 'state');
  mkdirSync(state.environments, { recursive: true });
  const store = await openRecordedStore(state, 'local');
  store.set(recordedOf([service('web')]));
  await store.flush();
  writeFileSync(join(state.environments, 'gone.json'), '{');
  const held = stage(refused('1111111'), folder);

  await held.follower.start('it began');

  expect([...held.known]).toEqual([['local', expect.stringContaining('1111111')]]);
  expect([held.told.length, held.triggered]).toEqual([1, []]);
  held.reading = declaring('local');
  await held.retry();
  expect([held.known.get('local'), held.triggered]).toEqual([null, ['local']]);
});
