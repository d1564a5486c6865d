/** What a run is given: engines that are connected, and all that it tells and asks while it goes on. */
import type { Address } from '../model/address.ts';
import type { Change } from '../model/change.ts';
import type { Observation } from '../model/observed.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { Limits } from './execute/ready-steps.ts';
import type { GateKeeperContext } from './gates/gate-keeper.ts';
import type { Backups } from './own-steps.ts';
import type { StepJournal } from './step-journal.ts';

export interface RunContext extends GateKeeperContext {
  readonly id: string;
  /** All ids are ours; the first is written on what is created. */
  readonly owners: readonly string[];
  readonly checkout: string | null;
  readonly limits: Limits;
  readonly signal: AbortSignal;
  /** Aborts for who is to leave soon and in order: what has begun is carried on up to its gate, and no further. */
  readonly leave?: AbortSignal;
  /** Milliseconds since the epoch. */
  now(): number;
  /** What the plan was made from, moments ago: as good as another look where nothing was done since. */
  readonly observations?: ReadonlyMap<string, Observation>;
  /** A change of which every step is done, so that it can be recorded. */
  onChangeDone(change: Change): void;
  /** Whether what falls meanwhile is left, and says nothing of the run, where its drift policy is not to heal; absent: no. */
  readonly leavesFallen?: boolean;
  /** What the last look is at: all of it, or what the run touches with what rests on that; absent: all. */
  readonly answersFor?: 'all' | 'touched';
  /** Where each call that changes something is written down; absent for what nobody has to finish. */
  readonly journal?: StepJournal;
  /** Where snapshots of volumes are kept; absent where none is ever taken. */
  readonly backups?: Backups;
  /** Told of what a second stage does, before it does any of it: changes that no plan has shown, and all its steps. */
  readonly onFound?: (changes: readonly Change[], steps: readonly Step[]) => Promise<void>;
  /**
   * Looks again at everything but the engines that are left out, of which nothing is said, and plans these anew: what waits for
   * engines inside of VMs. Absent where none is planned.
   */
  readonly planSecond?: (
    addresses: readonly Address[],
    leftOut: ReadonlySet<string>,
    signal: AbortSignal,
  ) => Promise<Plan>;
}
