/**
 * What of the findings a plan leaves as it is: what is frozen, whoever asks; and what the world alone changed, where a pass
 * has no leave to heal it. A resource that git changed as well is not left: what is touched becomes as it is declared. Pure.
 */
import type { Address } from '../model/address.ts';
import type { Withheld } from '../model/change.ts';
import type { DesiredEnvironment, DriftPolicy } from '../model/desired.ts';
import { RUN_STATE_PATH } from '../model/field-path.ts';
import type { Recorded } from '../model/observed.ts';
import type { DriftScope } from '../model/plan.ts';
import type { Freeze } from '../model/served.ts';
import { carriesInput, type Finding } from './findings.ts';
import { keepObserved } from './ignore.ts';
import { isOfImage } from './images.ts';
import { withheldScope } from './withheld-scope.ts';

export interface LeavingInput {
  readonly environment: DesiredEnvironment;
  readonly recorded: Recorded;
  readonly drift: DriftScope;
  readonly frozen: readonly Freeze[];
  /** What is replaced or restarted although nothing differs: it is touched in any case. */
  readonly asked: ReadonlySet<Address>;
  /** What this run itself has taken down or along; absent for nothing. */
  readonly announced?: Announced;
}

/** What a run has done, as the plan of its second stage takes it: none of it is drift. */
export interface Announced {
  /** What the shown plan changes: it may be found missing by now. */
  readonly changed: ReadonlySet<Address>;
  /** What may have gone down with its VM, and is brought up with it. */
  readonly down: ReadonlySet<Address>;
}

/** The findings of one plan, and which of them are left. What is left for its drift alone can still give way to a need. */
export class Leaving {
  readonly #input: LeavingInput;
  readonly #findings: readonly Finding[];
  readonly #frozen: ReadonlySet<Address>;
  readonly #drifted = new Map<Address, Finding>();
  /** What the world made beside resources: it is nothing of them, and nobody needs it. */
  readonly #strangers = new Set<Finding>();

  constructor(findings: readonly Finding[], input: LeavingInput) {
    this.#input = input;
    this.#findings = findings;
    this.#frozen = new Set(input.frozen.map(({ address }) => address));
    if (input.drift === 'heal_all') return;
    const resources = findings.filter((finding) => !isStranger(finding));
    const touched = new Set(resources.filter((finding) => !this.#isLeavable(finding)).map(addressOfFinding));
    for (const finding of resources) {
      const address = addressOfFinding(finding);
      if (this.#isLeavable(finding) && !touched.has(address)) this.#drifted.set(address, finding);
    }
    for (const finding of findings) {
      if (isStranger(finding) && this.#isLeavable(finding)) this.#strangers.add(finding);
    }
  }

  get frozen(): ReadonlySet<Address> {
    return this.#frozen;
  }

  /** What is left as it drifted. */
  get drifted(): ReadonlyMap<Address, Finding> {
    return this.#drifted;
  }

  /** What a change needs, or touches in any case, is not left. Whether there was something to give way. */
  giveWay(addresses: Iterable<Address>): boolean {
    let gave = false;
    for (const address of addresses) gave = this.#drifted.delete(address) || gave;
    return gave;
  }

  /** What changes are made from. */
  decidable(): readonly Finding[] {
    return this.#findings.filter((finding) => {
      const address = addressOfFinding(finding);
      if (this.#frozen.has(address) || this.#strangers.has(finding)) return false;
      return isStranger(finding) || !this.#drifted.has(address);
    });
  }

  /** What is there and may be restarted because something else changes: what is left as it drifted, as it is. */
  restartable(): readonly Finding[] {
    return this.#findings.flatMap((finding) => {
      const address = addressOfFinding(finding);
      if (this.#frozen.has(address) || this.#strangers.has(finding)) return [];
      if (isStranger(finding)) return [finding];
      return this.#drifted.has(address) ? asItIs(finding) : [finding];
    });
  }

  withheld(): readonly Withheld[] {
    const { environment } = this.#input;
    const left = [...this.#drifted.values(), ...this.#strangers];
    const reported = left.filter((finding) => policyFor(finding, environment) === 'report');
    return [
      ...reported.map((finding) => reportedDrift(finding, environment)),
      ...this.#findings.flatMap((finding) => this.#frozenChange(finding) ?? []),
    ];
  }

  /** What is as it should be, or counts as that. */
  unchanged(): number {
    const ignored = [...this.#drifted.values()].filter(
      (finding) => policyFor(finding, this.#input.environment) === 'ignore',
    );
    const equal = this.#findings.filter(
      (finding) => finding.kind === 'equal' && this.#frozen.has(finding.desired.address),
    );
    return ignored.length + equal.length;
  }

  #frozenChange(finding: Finding): Withheld | null {
    const address = addressOfFinding(finding);
    const freeze = this.#input.frozen.find((known) => known.address === address);
    if (freeze === undefined) return null;
    if (finding.kind === 'equal' && !this.#input.asked.has(address)) return null;
    const what = finding.kind === 'equal' ? 'was asked to come up anew' : whatIsWrong(finding);
    return {
      address,
      reason: 'frozen',
      summary: `${address} ${what}, and is frozen (${freeze.reason}): it stays as it is`,
      ...withheldScope(finding, this.#input.environment),
    };
  }

  #isAnnounced(finding: Finding): boolean {
    const { announced } = this.#input;
    if (announced === undefined || isStranger(finding)) return false;
    const address = addressOfFinding(finding);
    return announced.changed.has(address) || (announced.down.has(address) && isDownOnly(finding));
  }

  #isLeavable(finding: Finding): boolean {
    const { environment, recorded, asked } = this.#input;
    const isAsked = asked.has(addressOfFinding(finding)) || this.#isAnnounced(finding);
    return !isAsked && isOfWorld(finding, recorded) && policyFor(finding, environment) !== 'heal';
  }
}

/** Whether the world alone made it. Nothing recorded at all says that trueup has just met the environment. */
function isOfWorld(finding: Finding, { resources }: Recorded): boolean {
  switch (finding.kind) {
    case 'equal':
      return false;
    case 'missing':
      return finding.cause === 'world' && !finding.engineAbsent && !isOfImage(finding);
    case 'differs':
      // Whoever changes an input means it: nothing that happened to what runs.
      return finding.cause === 'world' && !carriesInput(finding) && !isOfImage(finding);
    case 'undeclared':
      // Whoever made it, it is not what was declared.
      return finding.isStranger || (finding.cause === 'unknown' && Object.keys(resources).length > 0);
    default:
      return finding satisfies never;
  }
}

/** Of what no manifest declares, the environment's. */
export function policyFor(finding: Finding, { resources, policies }: DesiredEnvironment): DriftPolicy {
  if (isStranger(finding)) return policies.drift;
  return resources.get(addressOfFinding(finding))?.drift ?? policies.drift;
}

export function addressOfFinding(finding: Finding): Address {
  return finding.kind === 'undeclared' ? finding.address : finding.desired.address;
}

/** Whether what waits for it, or uses it, has to do without: it is not there, not under its name, or does not run as declared. */
export function isWanting(finding: Finding): boolean {
  if (finding.kind === 'missing') return true;
  if (finding.kind !== 'differs') return false;
  return (
    finding.previousAddress !== null || finding.differences.some(({ field_path: path }) => path === RUN_STATE_PATH)
  );
}

function isDownOnly(finding: Finding): boolean {
  if (finding.kind !== 'differs' || finding.previousAddress !== null) return false;
  return finding.differences.every(({ field_path: path }) => path === RUN_STATE_PATH);
}

/** As if it were declared as it is, so that a restart touches nothing else of it. */
function asItIs(finding: Finding): readonly Finding[] {
  if (finding.kind !== 'differs' || finding.previousAddress !== null) return [];
  const { desired, observed, differences, ignored } = finding;
  const paths = [...ignored, ...differences.map(({ field_path: path }) => path)];
  const config = keepObserved(desired.config, observed.configured, paths);
  return [{ kind: 'equal', desired: { ...desired, config }, observed, ignored, hasAside: false }];
}

function isStranger(finding: Finding): boolean {
  return finding.kind === 'undeclared' && finding.isStranger;
}

function reportedDrift(finding: Finding, environment: DesiredEnvironment): Withheld {
  const address = addressOfFinding(finding);
  if (finding.kind === 'undeclared' && finding.isStranger) {
    const what = `${finding.observed.name} stands beside ${address} and is not declared`;
    const why = `the drift policy is report, so it stays as it is: \`trueup apply ${environment.name}\` removes it`;
    return { address, reason: 'drift_reported', summary: `${what}; ${why}` };
  }
  const heal = `\`trueup apply ${environment.name}/${address}\` heals it`;
  const next = finding.kind === 'undeclared' ? `\`trueup apply ${environment.name}\` removes it` : heal;
  const summary = `${address} ${whatIsWrong(finding)}; its drift policy is report, so it stays as it is: ${next}`;
  return { address, reason: 'drift_reported', summary, ...withheldScope(finding, environment) };
}

function whatIsWrong(finding: Finding): string {
  switch (finding.kind) {
    case 'missing':
      return 'is missing';
    case 'undeclared':
      return 'is not declared';
    case 'differs':
      return finding.differences.length === 0 ? 'has another name' : 'differs';
    case 'equal':
      return 'is as declared';
    default:
      return finding satisfies never;
  }
}
