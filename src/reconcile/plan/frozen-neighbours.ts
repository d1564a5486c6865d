/**
 * What the neighbours of frozen resources may not do. A change is refused, whole, where one of its steps would reach into
 * something frozen, where it takes away what something frozen uses, or where it cannot do without something frozen that is
 * not there. Pure; knows drivers only by the steps that they asked for.
 */
import type { Comparison } from '../../diff/findings.ts';
import { scopeOf } from '../../diff/withheld-scope.ts';
import { type Address, typeOf } from '../../model/address.ts';
import type { Change, Withheld } from '../../model/change.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import type { ObservedObject } from '../../model/observed.ts';
import { type BackupInput, volumesAtRisk, writesTo } from './backups.ts';
import { takesUp } from './left-alone.ts';
import { usesOf } from './relations.ts';
import { bringsUpAnew } from './restarts.ts';
import type { PlannedSteps } from './steps.ts';

export class FrozenNeighbours {
  readonly #frozen: ReadonlySet<Address>;
  readonly #environment: DesiredEnvironment;
  readonly #observed: ReadonlyMap<Address, ObservedObject>;
  readonly #refused = new Map<Address, Withheld>();
  /** What is frozen, or refused, and not there: nobody can be started that uses it. */
  readonly #absent: Set<Address>;

  constructor(frozen: ReadonlySet<Address>, environment: DesiredEnvironment, { findings, world }: Comparison) {
    this.#frozen = frozen;
    this.#environment = environment;
    this.#observed = new Map(
      world.ours().flatMap(({ address, object }) => (frozen.has(address) ? [[address, object]] : [])),
    );
    const missing = findings.flatMap((finding) =>
      finding.kind === 'missing' || (finding.kind === 'differs' && finding.previousAddress !== null)
        ? [finding.desired.address]
        : [],
    );
    this.#absent = new Set(missing.filter((address) => frozen.has(address)));
  }

  get isEmpty(): boolean {
    return this.#frozen.size === 0;
  }

  /** Addresses whose changes do not happen. */
  get refused(): ReadonlySet<Address> {
    return new Set(this.#refused.keys());
  }

  /** Takes out what must not happen of a plan. Whether there was anything. */
  refuse({ steps, changes }: PlannedSteps, backups: BackupInput): boolean {
    if (this.isEmpty) return false;
    const before = this.#refused.size;
    for (const step of steps) {
      const { address, changed } = step;
      if (address !== changed && this.#frozen.has(address)) this.#refuse(changed, `reaches into ${address}`, changes);
      const lacks = takesUp(step) ? this.#lackedBy(address) : null;
      if (lacks !== null) this.#refuseFor(changed, { user: address, lacks }, changes);
    }
    for (const change of changes) {
      const user = takesAway(change) ? this.#userOf(change.previous_address ?? change.address) : null;
      if (user !== null) this.#refuse(change.address, `takes it away from ${user}`, changes);
    }
    for (const { name, addresses, changes: harmful } of volumesAtRisk(changes, backups)) {
      const writer = this.#writerOf(addresses);
      for (const { address } of writer === null ? [] : harmful) {
        this.#refuse(address, `needs a snapshot of ${name}, to which ${writer} writes`, changes);
      }
    }
    return this.#refused.size > before;
  }

  /** What is refused, and what of the frozen goes on although something else says that it comes up anew. */
  withheld(changes: readonly Change[]): readonly Withheld[] {
    const anew = new Set(changes.filter(bringsUpAnew).map(({ address }) => address));
    const restarts = [...this.#frozen].flatMap((address): readonly Withheld[] => {
      const dependencies = this.#environment.resources.get(address)?.dependencies ?? [];
      const cause = dependencies.find((dependency) => dependency.restart && anew.has(dependency.address));
      if (cause === undefined || this.#observed.get(address)?.status.run_state !== 'running') return [];
      const summary = `${address} is frozen: it is not restarted with ${cause.address}, and goes on as it is`;
      return [{ address, reason: 'frozen', summary }];
    });
    return [...this.#refused.values(), ...restarts];
  }

  /** Who frozen has a volume or network, or is it; `null` for nobody. */
  holderOf(address: Address): Address | null {
    return this.#frozen.has(address) ? address : this.#userOf(address);
  }

  #userOf(address: Address): Address | null {
    const found = [...this.#observed].find(([, { configured }]) => usesOf(configured).includes(address));
    return found?.[0] ?? null;
  }

  #writerOf(volumes: readonly Address[]): Address | null {
    const found = [...this.#observed].find(
      ([, { configured, status }]) =>
        status.run_state === 'running' && volumes.some((volume) => writesTo(configured, volume)),
    );
    return found?.[0] ?? null;
  }

  #lackedBy(address: Address): Address | null {
    return this.#environment.resources.get(address)?.uses.find((used) => this.#absent.has(used)) ?? null;
  }

  #refuse(address: Address, why: string, changes: readonly Change[]): void {
    if (this.#refused.has(address)) return;
    const change = changes.find((one) => one.address === address);
    if (change?.action === 'create' || change?.action === 'move') this.#absent.add(address);
    const summary = `${address} stays as it is: ${ACTIONS[change?.action ?? 'update']} it ${why}, which is frozen`;
    this.#refused.set(address, {
      address,
      reason: 'frozen',
      summary,
      ...(change === undefined ? {} : scopeOf(change)),
    });
  }

  #refuseFor(
    address: Address,
    { user, lacks }: { readonly user: Address; readonly lacks: Address },
    changes: readonly Change[],
  ): void {
    if (this.#refused.has(address)) return;
    const what = this.#frozen.has(lacks) ? 'is frozen and not there' : 'has to wait for what is frozen';
    const who = user === address ? 'it' : user;
    const summary = `${address} stays as it is: ${who} uses ${lacks}, which ${what}`;
    const change = changes.find((one) => one.address === address);
    this.#refused.set(address, {
      address,
      reason: 'frozen',
      summary,
      ...(change === undefined ? {} : scopeOf(change)),
    });
  }
}

const ACTIONS: Readonly<Record<Change['action'], string>> = {
  create: 'creating',
  update: 'changing',
  restart: 'restarting',
  replace: 'replacing',
  delete: 'removing',
  move: 'moving',
};

/** Whether users of a volume or network would have to do without it, if only for a moment. */
function takesAway({ address, action }: Change): boolean {
  const isUsed = typeOf(address) === 'volume' || typeOf(address) === 'network';
  return isUsed && (action === 'delete' || action === 'replace' || action === 'move');
}
