/**
 * What every look leads to, within a pass or between two: the standing of the environment, its damping, a report where
 * drift appeared or ended, and whether something is to be carried out now.
 */
import { ulid } from 'ulid';
import { isUnderWay, openIn, openRun } from '../../flow/open-run.ts';
import { openRunOf } from '../../flow/open-run-holder.ts';
import type { Planned } from '../../flow/planning.ts';
import { writeFlowReport } from '../../flow/reporting.ts';
import { recordVmJumps } from '../../flow/vm-jumps.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { isHealing } from '../../model/change.ts';
import type { Address } from '../../model/address.ts';
import { TrueupError } from '../../model/failure.ts';
import { driftDocument } from '../../report/drift-document.ts';
import type { Good } from './declared-now.ts';
import type { LoopContext } from './loop-context.ts';
import type { UnderWay } from './under-way.ts';

/** What failed is left alone until then, whatever is heard of it. */
interface LeftAlone {
  readonly until: number;
  readonly addresses: ReadonlySet<Address>;
}

export class Looks {
  readonly #context: LoopContext;
  #leftAlone: LeftAlone | null = null;
  #wasApplyable = true;
  #isOthersRun = false;

  constructor(context: LoopContext) {
    this.#context = context;
  }

  /** What failed is left alone for so long; `null` for nothing. */
  leaveAlone(addresses: ReadonlySet<Address> | null, waitMs: number): void {
    this.#leftAlone = addresses === null ? null : { until: this.#context.clock.now() + waitMs, addresses };
  }

  /** Whether the last look met a run of somebody else, of whose end no engine tells. */
  get isOthersRun(): boolean {
    return this.#isOthersRun;
  }

  /** After a look between passes. Whether a pass is to carry out now what it found. */
  async isDue(planned: Planned, workspace: Workspace): Promise<boolean> {
    const wasApplyable = this.#wasApplyable;
    await this.seen(planned, workspace, 'free');
    const { plan } = planned;
    const isNews = plan.applyable !== wasApplyable;
    if (!plan.applyable || plan.steps.length === 0) return isNews;
    const { until = 0, addresses = new Set() } = this.#leftAlone ?? {};
    return this.#context.clock.now() >= until || plan.changes.some(({ address }) => !addresses.has(address));
  }

  /** What fell beside a run that only waits, and is to be healed before that ends. Nothing else follows from such a look. */
  fallenBeside({ plan }: Planned, run: UnderWay): readonly Address[] {
    if (!plan.applyable) return [];
    const { until = 0, addresses = new Set() } = this.#leftAlone ?? {};
    const isLeftAlone = (address: Address): boolean => this.#context.clock.now() < until && addresses.has(address);
    return plan.changes.flatMap((change) => {
      const { address } = change;
      // What the run has done is recorded at its end: until then nobody can be named for what it healed.
      const isFallen = isHealing(change) ? !run.touches(address) : run.hasHealed(address);
      return isFallen && !isLeftAlone(address) ? [address] : [];
    });
  }

  /** After any look. Under the lock every run of somebody else is over. */
  async seen(planned: Planned, workspace: Workspace, lock: 'held' | 'free'): Promise<void> {
    const { standing, damping, prober, memory, settings, signal, onProblem } = this.#context;
    this.#wasApplyable = planned.plan.applyable;
    const { reading } = planned.earlier;
    const left = openIn(reading);
    const cutOff = left === null ? null : openRun(left, 'nobody');
    const open = lock === 'held' ? cutOff : await openRunOf(workspace, planned.environment, reading, signal);
    this.#isOthersRun = isUnderWay(open);
    if (!settings.isDryRun) {
      prober.seen(planned, workspace);
      const untold = await recordVmJumps(workspace, planned, { command: settings.command, lock, signal });
      if (untold !== null) onProblem(untold);
    }
    const hasMoved = standing.seen(planned, { openRun: open, owners: workspace.owners });
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
