/** From the death of a service to the first step that heals it, and until it runs again. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchedDaemon } from './benched-daemon.ts';
import { now } from './engine-front.ts';
import type { Happening } from './engine-world.ts';
import { type Figure, median, ms, within } from './figures.ts';
import { changeable, environmentNames } from './workload.ts';

const STEP_MS = 50;
const RUNNING_MS = 1000;
const LONGEST_MS = 30_000;

export async function kills(daemon: BenchedDaemon, times: number): Promise<readonly Figure[]> {
  const { workload, world, front } = daemon;
  const names = environmentNames(workload);
  const services = changeable(workload);
  using following = await world.follow();
  const steps: number[] = [];
  const running: number[] = [];
  const shares: number[] = [];
  for (let index = 0; index < times; index += 1) {
    const name = names[(index * 7) % names.length] ?? '';
    const container = world.containerOf(name, services[index % services.length] ?? '');
    const killed = now();
    await world.calls.call('POST', `/containers/${container}/kill`);
    const died = await happening(following.happened, 'die', container, killed);
    const first = await daemon.next('step.started', name, killed);
    const again = await happening(following.happened, 'start', container, killed);
    steps.push(first.at - died.at);
    running.push(again.at - killed);
    shares.push(front.busyBetween(died.at, first.at));
    await daemon.next('environment.reconciled', name, killed);
    await daemon.calm();
  }
  const raw = await restarts(daemon, 10);
  return [
    within('engine event → first healing step', steps, STEP_MS, { beside: `engine ${ms(median(shares))}` }),
    within('kill → running again', running, RUNNING_MS, {
      looseness: 1,
      beside: `the engine's kill and start alone ${ms(median(raw))}`,
    }),
  ];
}

/** The same by hand, of a container that nobody heals. */
async function restarts({ world, workload }: BenchedDaemon, times: number): Promise<readonly number[]> {
  const name = 'trueup-bench-alone';
  await world.calls.delete(`/containers/${name}?force=1`);
  const body = { Image: workload.image, Cmd: ['sleep', '86400'], HostConfig: { Init: true } };
  await world.calls.post(`/containers/create?name=${name}`, body);
  await world.calls.post(`/containers/${name}/start`);
  using following = await world.follow();
  const found: number[] = [];
  for (let index = 0; index < times; index += 1) {
    const killed = now();
    await world.calls.call('POST', `/containers/${name}/kill`);
    await happening(following.happened, 'die', name, killed);
    await world.calls.call('POST', `/containers/${name}/start`);
    found.push((await happening(following.happened, 'start', name, killed)).at - killed);
  }
  await world.calls.delete(`/containers/${name}?force=1`);
  return found;
}

async function happening(
  happened: readonly Happening[],
  action: string,
  name: string,
  from: number,
): Promise<Happening> {
  const since = performance.now();
  for (;;) {
    const found = happened.find((event) => event.action === action && event.name === name && event.at >= from);
    if (found !== undefined) return found;
    if (performance.now() - since > LONGEST_MS) throw new Error(`no ${action} of ${name}`);
    await sleep(2);
  }
}
