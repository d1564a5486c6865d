/**
 * A soak: the daemon serves a repo for so many minutes while people commit, good and bad, and the world does what it does; the
 * daemon itself is ended, killed and started again. In the end all must have come right, what it took must be flat, and no bad
 * revision may have been tried in a loop. A seed makes the same acts again, as far as the world takes the same time.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type Random, randomFrom } from '../chaos/random.ts';
import { badPeriods, countAttempts } from './attempts.ts';
import { expectConverged, untilReady } from './convergence.ts';
import { flatnessOf } from './flatness.ts';
import { restlessIn } from './restlessness.ts';
import { type Sample, takeSample } from './sample.ts';
import { type Ground, playAct, reapCommands } from './soak-acts.ts';
import type { Mark } from './soak-curves.ts';
import { goodState } from './soak-state.ts';

export interface SoakOptions {
  readonly seed: number;
  readonly minutes: number;
  /** How often the daemon lives: half of the time once, the rest in equal parts. */
  readonly lives: number;
  readonly sampleMs: number;
  /** Between two acts, at most. */
  readonly pauseMs: number;
  /** Progress, a line at a time. */
  tell(line: string): void;
}

/** Filled while it goes on, so that it is there as well where the soak fails. */
export interface SoakRecord {
  readonly samples: Sample[];
  readonly marks: Mark[];
}

/** Whole files of the state folder, beyond what there were when all was first ready: of each environment so many at most. */
const MOST_FILES = 24;
const MOST_STATE_BYTES = 32 * 1024 * 1024;

/** Throws where something is not as it must be, with the seed and all that was done. */
export async function runSoak(
  ground: Omit<Ground, 'mark' | 'words' | 'commands'>,
  options: SoakOptions,
  { samples, marks }: SoakRecord,
): Promise<readonly string[]> {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const mark = (kind: Mark['kind']): void => void marks.push({ at: seconds(), kind });
  const playing: Ground = { ...ground, mark, words: [], commands: new Set() };
  const did: string[] = [];
  const tell = (line: string): void => {
    did.push(`${seconds().toFixed(1)} s: ${line}`);
    options.tell(did.at(-1) ?? '');
  };
  const born = { at: 0 };
  let isSampling = false;
  const sampling = setInterval(() => {
    // One after the other, so that they are in the order of their times.
    if (isSampling) return;
    isSampling = true;
    const at = seconds();
    void takeSample(ground.git.repo, ground.daemon, { at, age: at - born.at }).then((sample) => {
      isSampling = false;
      if (sample !== null) samples.push(sample);
    });
  }, options.sampleMs);
  try {
    await ground.git.declare({ state: goodState('the-beginning'), broken: null }, 'the beginning');
    await begin(playing, born, seconds);
    await untilReady(playing);
    const readyAt = seconds();
    await play(playing, { ...options, tell }, { seconds, born });
    // Whatever did not come right, the figures are told.
    const converged = await expectConverged(playing).then(
      (lines) => ({ lines, wrong: [] }),
      (error: unknown) => ({ lines: [], wrong: [error instanceof Error ? error.message : String(error)] }),
    );
    const periods = badPeriods(ground.git.heads, Date.now());
    const attempts = await countAttempts(ground.git.repo.root, periods, playing.words);
    const flatness = flatnessOf(samples);
    const lines = [...converged.lines, ...flatness.lines, ...stateLines(samples, readyAt), ...attempts.lines];
    const tooOften = attempts.wrong.map((line) => `tried too often: ${line}`);
    const restless = await restlessIn(ground.daemon.log);
    const wrong = [...converged.wrong, ...tooOften, ...restless, ...flatness.wrong, ...grownState(samples, readyAt)];
    if (wrong.length === 0) return lines;
    for (const line of lines) options.tell(line);
    throw new Error(wrong.join('\n'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`seed ${options.seed}:\n- ${did.join('\n- ')}\n${why}`, { cause: error });
  } finally {
    clearInterval(sampling);
    for (const { child } of playing.commands) child.kill('SIGKILL');
  }
}

interface Times {
  seconds(): number;
  readonly born: { at: number };
}

async function play(
  ground: Ground,
  { seed, minutes, lives, pauseMs, tell }: SoakOptions,
  { seconds, born }: Times,
): Promise<void> {
  const end = minutes * 60;
  const ends = endsOfLives(end, lives);
  for (let index = 0; seconds() < end; index += 1) {
    const random = randomFrom(seed).round(index);
    ground.daemon.assertAlive();
    await reapCommands(ground, false);
    if (seconds() >= (ends[0] ?? end)) {
      ends.shift();
      tell(await restarted(ground, random, { seconds, born }));
    } else tell(await playAct(ground, random));
    await delay(random.next() * pauseMs);
  }
}

/** When the daemon is to end for the next one, in seconds. */
function endsOfLives(end: number, lives: number): number[] {
  const rest = end / 2 / Math.max(1, lives - 1);
  return Array.from({ length: lives - 1 }, (_, index) => end / 2 + index * rest);
}

/** Ends the daemon, lets something happen while it is away, and starts the next one. */
async function restarted(ground: Ground, random: Random, { seconds, born }: Times): Promise<string> {
  const signal = random.pick(['SIGTERM', 'SIGKILL'] as const);
  await ground.daemon.end(signal);
  const said: string[] = [];
  if (random.chance(0.5)) {
    const { git } = ground;
    said.push(await ground.world.drift(git.now.state, random));
    ground.mark('commit');
    await git.declare({ state: git.now.state, broken: null }, 'while nobody serves');
  }
  await begin(ground, born, seconds);
  return `the daemon ended by ${signal}, ${said.join(', ') || 'nothing'} meanwhile, life ${ground.daemon.life} began`;
}

async function begin(ground: Ground, born: { at: number }, seconds: () => number): Promise<void> {
  ground.mark('daemon');
  born.at = seconds();
  ground.words.push({ at: Date.now(), environment: null });
  await ground.daemon.start();
}

/** When all had been ready for a moment, and in the end; none where it was over by then. */
function firstAndLast(samples: readonly Sample[], readyAt: number): readonly Sample[] {
  const [first, last] = [samples.find(({ at }) => at > readyAt + 20), samples.at(-1)];
  return first === undefined || last === undefined ? [] : [first, last];
}

function stateLines(samples: readonly Sample[], readyAt: number): readonly string[] {
  const sizes = firstAndLast(samples, readyAt).map(
    ({ stateFiles, stateBytes }) => `${stateFiles} files, ${stateBytes} bytes`,
  );
  return sizes.length === 0 ? [] : [`state folder: ${sizes.join('; then ')}`];
}

function grownState(samples: readonly Sample[], readyAt: number): readonly string[] {
  const [first, last] = firstAndLast(samples, readyAt);
  if (first === undefined || last === undefined) return [];
  const isFlat = last.stateFiles <= first.stateFiles + MOST_FILES && last.stateBytes <= MOST_STATE_BYTES;
  return isFlat ? [] : [`the state folder grew: ${stateLines(samples, readyAt).join('')}`];
}
