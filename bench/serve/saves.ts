/** From the end of the debounce after a save to the plan, in `trueup watch`. */
import type { BenchedDaemon } from './benched-daemon.ts';
import { now } from './engine-front.ts';
import { type Figure, median, ms, within } from './figures.ts';
import { changeable, environmentNames } from './workload.ts';

const PLAN_MS = 100;
const DEBOUNCE_MS = 100;

export async function saves(daemon: BenchedDaemon, times: number): Promise<readonly Figure[]> {
  const { workload, front } = daemon;
  const names = environmentNames(workload);
  const services = changeable(workload);
  const plans: number[] = [];
  const shares: number[] = [];
  for (let index = 0; index < times; index += 1) {
    const name = names[(index * 3) % names.length] ?? '';
    const began = Date.now();
    daemon.change(name, services[index % services.length] ?? '', `save-${index}`);
    const saved = now();
    const planned = await daemon.next('environment.planned', name, began);
    plans.push(planned.at - saved - DEBOUNCE_MS);
    shares.push(front.busyBetween(saved, planned.at));
    await daemon.next('environment.reconciled', name, began);
    await daemon.calm();
  }
  return [within('save → plan, after the debounce', plans, PLAN_MS, { beside: `engine ${ms(median(shares))}` })];
}
