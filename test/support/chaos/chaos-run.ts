/**
 * A run of chaos: for so many minutes manifests are edited and committed, good and bad, trueup is killed, frozen and called
 * twice, people and engines do what they do; what must always be true is looked at after each round, and from time to time all
 * must come right. A seed makes the same rounds again, as far as the world takes the same time.
 */
import type { EngineControl } from '../docker/engine-control.ts';
import { type BesiegedShop, words } from './besieged-shop.ts';
import { type Act, disturbedRun, drawState, troubleEngine } from './chaos-acts.ts';
import { type Measure, measure, measureLine, whatGrew } from './measure.ts';
import { type Random, randomFrom } from './random.ts';
import { GOOD, type ShopState } from './shop-state.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly minutes: number;
  /** Where the engine itself can be disturbed. */
  readonly control: EngineControl | null;
  /** Progress, a line at a time. */
  tell(line: string): void;
}

/** A run may say that it did not work, that it was locked out or interrupted; never that it does not know what happened. */
const STATUSES: readonly number[] = [0, 1, 2, 3, 4, 130];

const APPLY = ['apply', '--auto-approve', '--allow-removals', '9'] as const;

/** Throws where something is not as it must be, with the seed and what was done in the round. */
export async function runChaos(shop: BesiegedShop, options: ChaosOptions): Promise<void> {
  const { seed, minutes, tell } = options;
  const started = performance.now();
  const minutesGone = (): number => (performance.now() - started) / 60_000;
  const every = Math.min(5, minutes / 4);
  await shop.open(GOOD);
  const measures: Measure[] = [await measure(shop, 0)];
  tell(measureLine(measures[0] ?? null));
  let round = 0;
  for (; minutesGone() < minutes; round += 1) {
    const random = randomFrom(seed).round(round);
    const did: string[] = [];
    try {
      await playRound(shop, random, options, did);
      if (random.chance(0.35)) await shop.expectRight(drawState(random, false), 'all must come right');
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`round ${round} of seed ${seed}:\n- ${did.join('\n- ')}\n${why}`, { cause: error });
    }
    tell(`${minutesGone().toFixed(1)} min, round ${round}: ${did.join('; ')}`);
    if (minutesGone() < measures.length * every) continue;
    await shop.expectRight(GOOD, 'to be measured');
    measures.push(await measure(shop, minutesGone()));
    tell(measureLine(measures.at(-1) ?? null));
  }
  await shop.expectRight(GOOD, 'in the end');
  measures.push(await measure(shop, minutesGone()));
  tell(`${round} rounds in ${minutesGone().toFixed(1)} minutes, seed ${seed}, converged:`);
  for (const one of measures) tell(measureLine(one));
  const grown = whatGrew(measures);
  if (grown.length > 0) throw new Error(`what must not grow grew: ${grown.join('; ')}`);
}

/** One to three acts; `did` names them as they happen. */
async function playRound(shop: BesiegedShop, random: Random, options: ChaosOptions, did: string[]): Promise<void> {
  const acts = 1 + random.below(3);
  for (let index = 0; index < acts; index += 1) {
    const { said, results } = await act(shop, random, options.control);
    did.push(`${said} → ${results.map(({ status }) => status).join(', ')}`);
    for (const result of results) {
      const said = words(result);
      if (!STATUSES.includes(result.status) || said.includes('[internal]')) {
        throw new Error(`ended with ${result.status}: ${said}`);
      }
    }
  }
}

async function act(shop: BesiegedShop, random: Random, control: EngineControl | null): Promise<Act> {
  const kind = random.pick(['good', 'good', 'bad', 'bad', 'drift', 'drift', 'forget', 'destroy', 'engine'] as const);
  switch (kind) {
    case 'good':
    case 'bad': {
      const state = drawState(random, kind === 'bad');
      await edit(shop, state, random);
      const { said, results } = await disturbedRun(shop, APPLY, random, control);
      return { said: `${inWords(state)}: ${said}`, results };
    }
    case 'drift':
      return { said: await shop.world.drift(random), results: [] };
    case 'forget':
      await shop.repo.removeState();
      return { said: 'the state folder deleted', results: [] };
    case 'destroy':
      return disturbedRun(shop, ['destroy', 'local', '--auto-approve'], random, control);
    case 'engine':
      if (control === null) return { said: await shop.world.drift(random), results: [] };
      return { said: `engine: ${await troubleEngine(control, random)}`, results: [] };
    default:
      return kind satisfies never;
  }
}

/** Mostly committed, as people do before they apply. */
async function edit(shop: BesiegedShop, state: ShopState, random: Random): Promise<void> {
  await shop.set(state);
  if (random.chance(0.8)) await shop.repo.commit(inWords(state));
}

function inWords(state: ShopState): string {
  const { colour, sick, onFailure, extent, workers, image, volume } = state;
  const more = [
    ...(state.isDatabaseSteady ? ['steady db'] : []),
    ...(state.isBackedUp ? ['backed up'] : []),
    `${workers} workers`,
    `on_failure ${onFailure} ${extent}`,
  ];
  return `${sick === 'nobody' ? 'good' : `sick ${sick}`} ${colour} ${image} ${volume}, ${more.join(', ')}`;
}
