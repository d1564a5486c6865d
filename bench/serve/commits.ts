/** From the end of `git commit` to the plan and to the first step; and what of memory commits leave behind. */
import type { BenchedDaemon } from './benched-daemon.ts';
import { type Figure, median, mib, ms, within } from './figures.ts';
import { cpuSeconds, memoryOf } from './process-cost.ts';
import { changeable, environmentNames } from './workload.ts';

const PLAN_MS = 100;
const STEP_MS = 150;
/** What may be left in memory after many commits. */
const GROWTH_BYTES = 20 * 2 ** 20;

/** Each commit changes one service, of one environment after the other. */
export async function commits(daemon: BenchedDaemon, times: number): Promise<readonly Figure[]> {
  const { process: served, workload, front, repo } = daemon;
  const names = environmentNames(workload);
  const services = changeable(workload);
  const plans: number[] = [];
  const steps: number[] = [];
  const shares: { readonly plan: number; readonly step: number }[] = [];
  const cpu: number[] = [];
  for (let index = 0; index < times; index += 1) {
    const name = names[index % names.length] ?? '';
    const service = services[Math.floor(index / names.length) % services.length] ?? '';
    daemon.change(name, service, `commit-${index}`);
    repo.stage();
    const before = cpuSeconds(served.pid);
    const began = Date.now();
    const committed = repo.commit();
    const planned = await daemon.next('environment.planned', name, began);
    const first = await daemon.next('step.started', name, began);
    await daemon.next('environment.reconciled', name, began);
    cpu.push((cpuSeconds(served.pid) - before) * 1000);
    plans.push(planned.at - committed);
    steps.push(first.at - committed);
    shares.push({ plan: front.busyBetween(began, planned.at), step: front.busyBetween(began, first.at) });
    await daemon.calm();
  }
  const engine = (pick: 'plan' | 'step'): string => `engine ${ms(median(shares.map((share) => share[pick])))}`;
  return [
    within('commit → plan', plans, PLAN_MS, { beside: engine('plan') }),
    within('commit → first step', steps, STEP_MS, { beside: engine('step') }),
    {
      what: 'daemon, per commit that replaces one service',
      measured: `${ms(median(cpu))} CPU`,
      target: '',
      isMet: null,
    },
  ];
}

/** Commits that touch every environment and change nothing. */
export async function growth(daemon: BenchedDaemon, times: number): Promise<readonly Figure[]> {
  const { process: served, workload, repo } = daemon;
  const memory: number[] = [];
  const cpu: number[] = [];
  for (let index = 0; index < times; index += 1) {
    daemon.remark(`round ${index}`);
    repo.stage();
    const before = cpuSeconds(served.pid);
    const began = Date.now();
    repo.commit();
    for (const name of environmentNames(workload)) await daemon.next('environment.reconciled', name, began);
    await daemon.calm();
    cpu.push((cpuSeconds(served.pid) - before) * 1000);
    memory.push(memoryOf(served.pid).pss);
  }
  const first = median(memory.slice(0, 5));
  const last = median(memory.slice(-5));
  return [
    {
      what: `memory after ${times} commits that touch every environment and change nothing`,
      measured: `${mib(first)} → ${mib(last)}; ${ms(median(cpu))} CPU a commit`,
      target: `≤ ${mib(GROWTH_BYTES)} more`,
      isMet: last - first <= GROWTH_BYTES,
    },
  ];
}
