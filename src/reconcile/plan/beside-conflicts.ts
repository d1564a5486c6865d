/**
 * What cannot be brought up where a name is taken by somebody else's object: what is to have the name, who uses it, and who
 * cannot do without one of those. All else has nothing to do with it. Pure.
 */
import type { Comparison, Finding } from '../../diff/findings.ts';
import { addressOfFinding } from '../../diff/leaving.ts';
import { withheldScope } from '../../diff/withheld-scope.ts';
import type { Address } from '../../model/address.ts';
import type { Withheld } from '../../model/change.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import { jsonEqual } from '../../model/json.ts';
import type { Recorded } from '../../model/observed.ts';

export interface HeldBack {
  /** Without what is held back. */
  readonly comparison: Comparison;
  readonly held: ReadonlySet<Address>;
  /** Those of them that are not there as declared: nobody can be expected to work with them. */
  readonly broken: ReadonlySet<Address>;
  readonly withheld: readonly Withheld[];
}

export interface ConflictsInput {
  readonly environment: DesiredEnvironment;
  readonly recorded: Recorded;
  readonly frozen: ReadonlySet<Address>;
}

/** `null` where nothing stands in the way of what is not frozen, and where git wants something of what is held back. */
export function heldByConflicts(input: ConflictsInput, comparison: Comparison): HeldBack | null {
  const taken = comparison.conflicts.map(({ address }) => address).filter((address) => !input.frozen.has(address));
  if (taken.length === 0 || !taken.every((address) => isAsApplied(address, input))) return null;
  const wrong = new Map(
    comparison.findings.flatMap((finding) => (isWrong(finding) ? [[addressOfFinding(finding), finding]] : [])),
  );
  const { held, broken } = spread(taken, input.environment, new Set(wrong.keys()));
  const left = [...wrong].filter(([address]) => held.has(address));
  if (left.some(([, { cause }]) => cause !== 'world')) return null;
  return {
    comparison: {
      ...comparison,
      findings: comparison.findings.filter((finding) => !held.has(addressOfFinding(finding))),
    },
    held,
    broken,
    withheld: left.map(([address, finding]) => {
      const summary = `${address} stays as it is: it cannot do without ${taken.join(', ')}, whose name is taken`;
      return { address, reason: 'conflict', summary, ...withheldScope(finding, input.environment) };
    }),
  };
}

/** Who uses what is taken, and who waits for somebody of those who does not work. */
function spread(
  taken: readonly Address[],
  { resources }: DesiredEnvironment,
  wrong: ReadonlySet<Address>,
): Pick<HeldBack, 'held' | 'broken'> {
  const held = new Set(taken);
  const broken = new Set(taken.filter((address) => resources.get(address)?.type === 'service'));
  // What is added while it goes on is gone through, too.
  for (const address of held) {
    for (const other of resources.values()) {
      const waits = broken.has(address) && other.dependencies.some((dependency) => dependency.address === address);
      if (!waits && !other.uses.includes(address)) continue;
      held.add(other.address);
      if (wrong.has(other.address)) broken.add(other.address);
    }
  }
  return { held, broken };
}

/** Somebody took it away, and its name: git wants what it wanted. */
function isAsApplied(address: Address, { environment, recorded }: ConflictsInput): boolean {
  const [wanted, applied] = [environment.resources.get(address), recorded.resources[address]];
  if (wanted === undefined || applied === undefined || applied.unfinished) return false;
  return applied.engine === wanted.engine && applied.name === wanted.name && jsonEqual(applied.config, wanted.config);
}

function isWrong(finding: Finding): finding is Exclude<Finding, { readonly kind: 'equal' }> {
  return finding.kind !== 'equal';
}
