/** Plans and runs of a scratch repo in this process, for tests that bring drivers of their own; else as the commands do them. */
import type { DriverRegistry } from '../../src/drivers/driver.ts';
import { applyFlow } from '../../src/flow/applying.ts';
import { loadDesired, validOf } from '../../src/flow/load.ts';
import { type Planned, planFlow, type PlanOptions, planOfAll } from '../../src/flow/planning.ts';
import { openWorkspace } from '../../src/flow/workspace.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Run } from '../../src/model/run.ts';
import { DEFAULT_LIMITS } from '../../src/reconcile/execute/ready-steps.ts';
import type { ScratchRepo } from './cli.ts';
import { planText } from './planning.ts';

export interface Flows {
  /** `apply` carries out the plan, or the one that it is given in its place. */
  withPlan<T>(
    options: Partial<PlanOptions>,
    act: (planned: Planned, apply: (plan?: Plan) => Promise<Run>) => Promise<T>,
  ): Promise<T>;
  /** As canonical text; empty where nothing is to be done. */
  plan(): Promise<string>;
  apply(options?: Partial<PlanOptions>): Promise<Run>;
}

/** Of the one environment of a repo. */
export function flowsOf(repo: Pick<ScratchRepo, 'root'>, drivers: DriverRegistry): Flows {
  const { signal } = new AbortController();
  const flows: Flows = {
    async withPlan(options, act) {
      const environment = { HOME: repo.root, PATH: process.env['PATH'] };
      const workspace = await openWorkspace({ directory: repo.root, drivers, environment, changing: true }, signal);
      const loaded = await loadDesired(workspace, { variables: {}, profiles: [], secrets: 'resolve' }, signal);
      const [local] = validOf(loaded, workspace);
      if (local === undefined) throw new Error('nothing is declared');
      const asked = { ...planOfAll(Date.now(), 'heal_all'), ...options };
      await using planned = await planFlow(workspace, local, asked, signal);
      const run = { command: 'trueup apply', limits: DEFAULT_LIMITS, emit: () => undefined, signal };
      return await act(planned, async (plan = planned.plan) => (await applyFlow(workspace, planned, plan, run)).run);
    },
    plan: () => flows.withPlan({}, ({ plan }) => Promise.resolve(planText(plan))),
    apply: (options = {}) => flows.withPlan(options, (_, go) => go()),
  };
  return flows;
}
