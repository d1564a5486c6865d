/** What may happen in a round of chaos. Each act says in words what it did; none expects that all goes well. */
import { setTimeout as delay } from 'node:timers/promises';
import type { CliResult, RunningCli } from '../cli.ts';
import type { EngineControl } from '../docker/engine-control.ts';
import type { BesiegedShop } from './besieged-shop.ts';
import type { Random } from './random.ts';
import { GOOD, type ShopState } from './shop-state.ts';

export interface Act {
  readonly said: string;
  /** How runs of trueup ended, those that were killed left out. */
  readonly results: readonly CliResult[];
}

/** Another shape of the shop; `isBad`: one whose health never passes. */
export function drawState(random: Random, isBad: boolean): ShopState {
  return {
    ...GOOD,
    colour: `colour${random.below(1000)}`,
    sick: isBad ? random.pick(['web', 'db']) : 'nobody',
    onFailure: random.pick(['stop', 'rollback', 'rollback', 'continue']),
    extent: random.pick(['service', 'environment']),
    workers: 1 + random.below(3),
    isDatabaseSteady: random.chance(0.4),
    image: random.pick(['busybox:1', 'busybox:2']),
    volume: random.pick(['shop_data', 'shop_data', 'shop_store']),
    isBackedUp: random.chance(0.3),
  };
}

/** What befalls a run while it goes on. */
export type Disturbance = 'nothing' | 'kill' | 'interrupt' | 'freeze' | 'second' | 'engine';

const DISTURBANCES: readonly [Disturbance, ...(readonly Disturbance[])] = [
  'nothing',
  'nothing',
  'kill',
  'kill',
  'kill',
  'interrupt',
  'freeze',
  'second',
  'engine',
];

/** Starts a command and disturbs it. `control` is there where the engine can be disturbed. */
export async function disturbedRun(
  shop: BesiegedShop,
  args: readonly string[],
  random: Random,
  control: EngineControl | null,
): Promise<Act> {
  const drawn = random.pick(DISTURBANCES);
  const disturbance = drawn === 'engine' && control === null ? 'kill' : drawn;
  const ms = Math.floor(random.next() ** 2 * 4000);
  const running = shop.repo.start(args);
  const said = `${args.join(' ')}, ${disturbance} after ${ms} ms`;
  if (disturbance === 'nothing') return { said: args.join(' '), results: [await running.done] };
  await Promise.race([delay(ms), running.done]);
  const others = await disturb(shop, running, disturbance, { args, random, control });
  const ended = await running.done;
  const isKilled = disturbance === 'kill' && ended.status === 137;
  return { said, results: [...others, ...(isKilled ? [] : [ended])] };
}

async function disturb(
  shop: BesiegedShop,
  { child }: RunningCli,
  disturbance: Exclude<Disturbance, 'nothing'>,
  {
    args,
    random,
    control,
  }: { readonly args: readonly string[]; readonly random: Random; readonly control: EngineControl | null },
): Promise<readonly CliResult[]> {
  switch (disturbance) {
    case 'kill':
      child.kill('SIGKILL');
      return [];
    case 'interrupt':
      child.kill('SIGINT');
      return [];
    case 'freeze':
      child.kill('SIGSTOP');
      await delay(500 + random.below(1500));
      child.kill('SIGCONT');
      return [];
    case 'second':
      return [await shop.repo.trueup(args)];
    case 'engine':
      if (control !== null) await troubleEngine(control, random);
      return [];
    default:
      return disturbance satisfies never;
  }
}

/** The engine is up when it resolves. */
export async function troubleEngine(control: EngineControl, random: Random): Promise<string> {
  const trouble = random.pick(['freeze', 'kill', 'restart', 'power'] as const);
  if (trouble === 'freeze') {
    await control.freeze();
    await delay(500 + random.below(2000));
    await control.thaw();
    return trouble;
  }
  if (trouble === 'power') await control.losePower();
  else await control.end(trouble === 'kill' ? 'SIGKILL' : 'SIGTERM');
  await control.start();
  return trouble;
}
