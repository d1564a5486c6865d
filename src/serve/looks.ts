/**
 * What every look leads to, within a pass or between two: the standing of the environment, its damping, a report where
 * drift appeared or ended, and whether something is to be carried out now.
 */
import { ulid } from 'ulid';
import type { Planned } from '../flow/planning.ts';
import { writeFlowReport } from '../flow/reporting.ts';
import type { Workspace } from '../flow/workspace.ts';
import type { Address } from '../model/address.ts';
import { TrueupError } from '../model/failure.ts';
import { driftDocument } from '../report/drift-document.ts';
import type { Good } from './declared-now.ts';
import type { LoopContext } from './loop-context.ts';

/** What failed is left alone until then, whatever is heard of it. */
interface LeftAlone {
  readonly until: number;
  readonly addresses: ReadonlySet<Address>;
}

export class Looks {
  readonly #context: LoopContext;
  #leftAlone: LeftAlone | null = null;
  #wasApplyable = true;

  constructor(context: LoopContext) {
    this.#context = context;
  }

  /** What failed is left alone for so long; `null` for nothing. */
  leaveAlone(addresses: ReadonlySet<Address> | null, waitMs: number): void {
    this.#leftAlone = addresses === null ? null : { until: this.#context.clock.now() + waitMs, addresses };
  }

  /** After a look between passes. Whether a pass is to carry out now what it found. */
  async isDue(planned: Planned, workspace: Workspace): Promise<boolean> {
    const wasApplyable = this.#wasApplyable;
    await this.seen(planned, workspace);
    const { plan } = planned;
    const isNews = plan.applyable !== wasApplyable;
    if (!plan.applyable || plan.steps.length === 0) return isNews;
    const { until = 0, addresses = new Set() } = this.#leftAlone ?? {};
    return this.#context.clock.now() >= until || plan.changes.some(({ address }) => !addresses.has(address));
  }

  /** After any look. */
  async seen(planned: Planned, workspace: Workspace): Promise<void> {
    const { standing, damping, prober, memory, settings, onProblem } = this.#context;
    this.#wasApplyable = planned.plan.applyable;
    if (!settings.isDryRun) prober.seen(planned, workspace);
    const hasMoved = standing.seen(planned, planned.recorded, workspace.owners);
    for (const { address, run_state: runState, health } of standing.status()?.resources ?? []) {
      // Its engine does not answer: that is no news of it.
      if (runState === 'unknown') continue;
      const isUp = runState === 'running' || runState === 'completed';
      damping.seen(address, isUp && health !== 'unhealthy' && health !== 'starting');
    }
    memory.set({ ...memory.get(), heals: damping.records() });
    if (!hasMoved) return;
    const { plan } = planned;
    const request = { kind: 'drift', id: ulid(), plan, document: driftDocument(plan), durationMs: 0 } as const;
    await writeFlowReport(workspace, request, settings.version).catch((error: unknown) => {
      if (!(error instanceof TrueupError)) throw error;
      onProblem(error);
    });
  }

  /** What is damped is reported like drift that nobody wants healed. */
  damped(good: Good): Good {
    const { damping } = this.#context;
    const waiting = [...good.environment.resources.values()].filter(
      ({ address, drift }) => drift === 'heal' && damping.wait(address) > 0,
    );
    if (waiting.length === 0) return good;
    const resources = new Map(good.environment.resources);
    for (const resource of waiting) resources.set(resource.address, { ...resource, drift: 'report' });
    return { ...good, environment: { ...good.environment, resources } };
  }
}
