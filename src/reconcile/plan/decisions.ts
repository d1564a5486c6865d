/**
 * What a plan does: changes and their steps, with what is frozen or left as it drifted taken into account. Pure.
 *
 * A plan may need what is left as it drifted: a network that is gone, a dependency that somebody stopped, a service that has
 * to be made anew around its volume. That gives way, and is brought to what is declared. What is frozen never does: changes
 * that would reach into it are withheld. Each may show more of the other, so plans are made until nothing more does; both
 * only grow, so that they come to an end.
 */
import type { CompareInput } from '../../diff/compare.ts';
import type { Comparison, Finding } from '../../diff/findings.ts';
import { decideChanges, type DecideOptions } from '../../diff/decide.ts';
import { decideImages, withImages } from '../../diff/images.ts';
import { addressOfFinding, type Announced, isWanting, Leaving } from '../../diff/leaving.ts';
import type { Address } from '../../model/address.ts';
import { type Change, type Conflict, isHealing, type Withheld } from '../../model/change.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { compareText } from '../../model/json.ts';
import type { DriftScope, Step } from '../../model/plan.ts';
import type { Freeze } from '../../model/served.ts';
import { withBackupRestarts } from './backup-restarts.ts';
import type { BackupInput } from './backups.ts';
import { type HeldBack, heldByConflicts } from './beside-conflicts.ts';
import { bringsUp, neededBy, notProved } from './left-alone.ts';
import { FrozenNeighbours } from './frozen-neighbours.ts';
import { LastCopies } from './last-copies.ts';
import { withDependentRestarts } from './restarts.ts';
import { stepsOf } from './steps.ts';

export interface DecisionsRequest extends CompareInput, DecideOptions {
  /** Images that are pulled although nothing needs them; absent for none. */
  readonly pull?: ReadonlySet<Address>;
  /** Snapshots whose data takes the place of what is there, by volume: `rollback --volumes`. */
  readonly restored?: ReadonlyMap<Address, string>;
  /** What becomes of what the world changed; absent for all of it. */
  readonly drift?: DriftScope;
  /** What is left alone, whoever asks; absent for nothing. */
  readonly frozen?: readonly Freeze[];
  /** Engines that are planned anew once they answer, with the VMs that they are in; absent for none. */
  readonly later?: ReadonlyMap<string, Address>;
  /** What this run has taken down or along, where this is its second stage; absent for nothing. */
  readonly announced?: Announced;
}

export interface PlanDecisions {
  /** All changes, images and dependents that restart along among them. */
  readonly changes: readonly Change[];
  readonly steps: readonly Step[];
  readonly unchanged: number;
  readonly withheld: readonly Withheld[];
  readonly conflicts: readonly Conflict[];
  readonly diagnostics: readonly Diagnostic[];
  readonly leftAlone: readonly Address[];
  /** Whether it heals what has nothing to do with the conflicts, and no more. */
  readonly isBesideConflicts: boolean;
}

interface Decided {
  readonly changes: readonly Change[];
  readonly unchanged: number;
  readonly withheld: readonly Withheld[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * A name that is taken forbids the whole plan. But a pass heals what does not need it: what the world took down works again
 * as it did, and nothing that git wants is carried out in part.
 */
export function decidePlan(asked: DecisionsRequest, comparison: Comparison): PlanDecisions {
  const frozen = new Set((asked.frozen ?? []).map(({ address }) => address));
  const beside = asked.drift === 'by_policy' ? heldByConflicts({ ...asked, frozen }, comparison) : null;
  if (beside === null) return decideOn(asked, comparison, null);
  const healing = decideOn(asked, beside.comparison, beside);
  const isHeal =
    healing.changes.length > 0 &&
    healing.changes.every((change) => isHealing(change) && !beside.held.has(change.address)) &&
    healing.steps.every(({ address }) => !beside.held.has(address));
  return isHeal ? { ...healing, isBesideConflicts: true } : decideOn(asked, comparison, null);
}

function decideOn(asked: DecisionsRequest, comparison: Comparison, beside: HeldBack | null): PlanDecisions {
  const { environment, recorded, drift = 'heal_all', frozen = [] } = asked;
  const leaving = new Leaving(comparison.findings, {
    environment,
    recorded,
    drift,
    frozen,
    asked: new Set([...asked.replace, ...asked.restart]),
    ...(asked.announced === undefined ? {} : { announced: asked.announced }),
  });
  const neighbours = new FrozenNeighbours(leaving.frozen, environment, comparison);
  const { request, kept } = withoutFrozenData(asked, neighbours);
  for (;;) {
    const decided = decideOnce(request, comparison, leaving, neighbours);
    const planned = stepsOf(decided.changes, {
      environment,
      models: request.models,
      destroyData: request.destroyData,
      fields: request.fields,
      unproved: new Set([...leaving.frozen, ...neighbours.refused]),
      later: request.later ?? new Map(),
      ...backupInputOf(request, comparison),
    });
    const needed = [
      ...neededBy(planned.steps, environment, leaving.drifted),
      ...madeAnewBeside(planned.changes, leaving.drifted),
    ];
    const isOpen = leaving.giveWay(needed);
    if (neighbours.refuse(planned, backupInputOf(request, comparison)) || isOpen) continue;
    const wanting = [...leaving.drifted].flatMap(([address, finding]) => (isWanting(finding) ? [address] : []));
    return {
      changes: planned.changes,
      steps: planned.steps,
      unchanged: decided.unchanged,
      withheld: inOrder([
        ...decided.withheld,
        ...leaving.withheld(),
        ...neighbours.withheld(planned.changes),
        ...kept,
        ...(beside?.withheld ?? []),
        ...comparison.conflicts.flatMap((conflict) => frozenConflict(conflict, leaving.frozen)),
      ]),
      conflicts: comparison.conflicts.filter(({ address }) => !leaving.frozen.has(address)),
      diagnostics: decided.diagnostics,
      leftAlone: notProved(environment, {
        left: [...leaving.frozen, ...neighbours.refused, ...leaving.drifted.keys(), ...(beside?.held ?? [])],
        broken: [...leaving.frozen, ...neighbours.refused, ...wanting, ...(beside?.broken ?? [])],
      }),
      isBesideConflicts: false,
    };
  }
}

export function backupInputOf(request: DecisionsRequest, { world }: Comparison): BackupInput {
  const { environment, recorded, declared = environment.resources, restored = new Map() } = request;
  return { world, declared, recorded, restored };
}

function decideOnce(
  request: DecisionsRequest,
  comparison: Comparison,
  leaving: Leaving,
  neighbours: FrozenNeighbours,
): Decided {
  const { environment } = request;
  const { refused } = neighbours;
  const findings = leaving.decidable();
  const decisions = decideChanges(environment, findings, request);
  const copies = new LastCopies(comparison.world);
  const saved = request.destroyData ? [] : copies.withheld(decisions.changes);
  const waiting = new Set(saved.map(({ address }) => address));
  const own = decisions.changes.filter(({ address }) => !refused.has(address) && !waiting.has(address));
  const restartable = leaving
    .restartable()
    .filter((finding) => !refused.has(addressOfFinding(finding)) && copies.holding(addressOfFinding(finding)) === null);
  const decided = withRestarts(request, comparison, restartable, own).filter(({ address }) => !refused.has(address));
  const images = decideImages(environment, comparison.findings, decided, request.pull ?? new Set());
  const known = new Set(own.map(({ address }) => address));
  const equal = new Set(findings.flatMap((finding) => (finding.kind === 'equal' ? [finding.desired.address] : [])));
  const restarted = decided.filter(({ address }) => !known.has(address) && equal.has(address)).length;
  return {
    changes: withImages(decided, images.changes),
    unchanged: decisions.unchanged - restarted + leaving.unchanged(),
    withheld: [...decisions.withheld, ...saved],
    diagnostics: [...decisions.diagnostics, ...images.diagnostics],
  };
}

/** With all that comes up anew because something else changes. */
function withRestarts(
  request: DecisionsRequest,
  comparison: Comparison,
  findings: ReturnType<Leaving['restartable']>,
  changes: readonly Change[],
): readonly Change[] {
  const { environment, fields } = request;
  const dependent = (known: readonly Change[]): readonly Change[] =>
    fields === 'all' ? withDependentRestarts(environment, findings, known) : known;
  const restarted = dependent(changes);
  const paused = withBackupRestarts(restarted, {
    environment,
    findings,
    fields,
    ...backupInputOf(request, comparison),
  });
  return paused === restarted ? restarted : dependent(paused);
}

/** No data is put back under somebody who is frozen. */
function withoutFrozenData(
  request: DecisionsRequest,
  neighbours: FrozenNeighbours,
): { readonly request: DecisionsRequest; readonly kept: readonly Withheld[] } {
  const { restored } = request;
  if (restored === undefined || neighbours.isEmpty) return { request, kept: [] };
  const kept = [...restored.keys()].flatMap((volume): readonly Withheld[] => {
    const user = neighbours.holderOf(volume);
    if (user === null) return [];
    const summary = `the data of ${volume} is not put back: ${user}, which is frozen, ${user === volume ? 'holds' : 'uses'} it`;
    return [{ address: volume, reason: 'frozen', summary }];
  });
  const without = new Set(kept.map(({ address }) => address));
  const left = new Map([...restored].filter(([volume]) => !without.has(volume)));
  return { request: { ...request, restored: left }, kept };
}

/** Whoever has the name of what is frozen stands in nobody's way until the freeze ends. */
function frozenConflict({ address, summary }: Conflict, frozen: ReadonlySet<Address>): readonly Withheld[] {
  if (!frozen.has(address)) return [];
  return [{ address, reason: 'frozen', summary: `${address} is frozen: it stays as it is, although ${summary}` }];
}

/** Of what is left as it drifted: neighbours that come up anew with what changes, and then are as they are declared. */
function madeAnewBeside(changes: readonly Change[], drifted: ReadonlyMap<Address, Finding>): readonly Address[] {
  if (drifted.size === 0) return [];
  const own = new Set(changes.filter(bringsUp).map(({ address }) => address));
  return changes.flatMap(({ impact }) =>
    impact.restarts.filter((address) => drifted.has(address) && !own.has(address)),
  );
}

function inOrder(withheld: readonly Withheld[]): readonly Withheld[] {
  return [...withheld].sort((left, right) => compareText(left.address, right.address));
}
