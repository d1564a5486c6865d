/**
 * Decide: which findings become changes, which are withheld, and which of them are drift. Data is never lost silently:
 * a volume or disk goes only where its deletion policy, or a person, says so; what is protected never goes. Images are
 * decided in images.ts, once it is known who needs them.
 */
import type { Address } from '../model/address.ts';
import type { ActionReason, Change, ChangeAction, Difference, Effect, Withheld } from '../model/change.ts';
import { EFFECTS } from '../model/change.ts';
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { type Diagnostic, errorAt } from '../model/diagnostic.ts';
import { ROOT_PATH, RUN_STATE_PATH } from '../model/field-path.ts';
import { member } from '../model/json.ts';
import { isMeantToRest } from '../model/run-state.ts';
import { carriesInput, type Finding } from './findings.ts';
import { keepObserved } from './ignore.ts';
import { isOfImage } from './images.ts';
import { isRestartOwed } from './pending-restart.ts';
import { holdsData, impactOf, NO_IMPACT } from './impact.ts';
import { stopKept } from './stop-kept.ts';
import { withheldReplacement } from './withheld-replacement.ts';

export interface DecideOptions {
  /** `run_state`: whatever else differs stays as it is. */
  readonly fields: 'all' | 'run_state';
  readonly mode: 'apply' | 'destroy';
  /** `destroy --volumes`: data goes too. */
  readonly destroyData: boolean;
  /** Replaced although nothing differs: `--replace`. */
  readonly replace: ReadonlySet<Address>;
  /** Restarted although nothing differs: `trueup restart`. */
  readonly restart: ReadonlySet<Address>;
  /** What the manifests declare of that which `destroy` is to remove: its protection holds before it was applied. */
  readonly declared?: ReadonlyMap<Address, DesiredResource>;
  /** What holds something that is protected, which would go with it, and what that is; absent for nothing. */
  readonly sheltered?: ReadonlyMap<Address, Address>;
}

export interface Decisions {
  readonly changes: readonly Change[];
  readonly withheld: readonly Withheld[];
  readonly diagnostics: readonly Diagnostic[];
  readonly unchanged: number;
}

export function decideChanges(
  environment: DesiredEnvironment,
  findings: readonly Finding[],
  options: DecideOptions,
): Decisions {
  const changes: Change[] = [];
  const withheld: Withheld[] = [];
  const diagnostics: Diagnostic[] = [];
  let unchanged = 0;
  for (const finding of findings) {
    if (isOfImage(finding)) continue;
    const decision = decide(environment, finding, options);
    if (decision === null) unchanged += 1;
    else if ('action' in decision) changes.push(decision);
    else if ('code' in decision) diagnostics.push(decision);
    else {
      withheld.push(decision);
      const stop = stopOf(environment, finding, decision, options);
      if (stop !== null) changes.push(stop);
    }
  }
  return { changes, withheld, diagnostics, unchanged };
}

type Decision = Change | Withheld | Diagnostic | null;

/** Who asks for something to be gone does not want it to go on, whatever is kept of it. */
function stopOf(
  environment: DesiredEnvironment,
  finding: Finding,
  { address, reason }: Withheld,
  { mode, sheltered }: DecideOptions,
): Change | null {
  if (mode !== 'destroy' || finding.kind !== 'undeclared') return null;
  const isOwn = reason === 'protected' && sheltered?.has(address) !== true;
  if (isOwn || (reason !== 'protected' && reason !== 'data_kept')) return null;
  return stopKept(environment, finding);
}

function decide(environment: DesiredEnvironment, finding: Finding, options: DecideOptions): Decision {
  switch (finding.kind) {
    case 'missing':
      return creation(environment, finding);
    case 'undeclared':
      return removal(environment, finding, options);
    case 'equal':
      return requested(environment, finding, options);
    case 'differs':
      return alteration(environment, finding, options);
    default:
      return finding satisfies never;
  }
}

function creation(environment: DesiredEnvironment, finding: Extract<Finding, { kind: 'missing' }>): Change {
  const { desired } = finding;
  return {
    address: desired.address,
    previous_address: null,
    type: desired.type,
    name: desired.name,
    engine: desired.engine,
    action: 'create',
    reason: 'missing',
    cause: finding.cause,
    before: null,
    after: desired.config,
    after_unknown: finding.engineAbsent,
    differences: [],
    source: environment.locate(desired.address, ROOT_PATH),
    depends_on: neighboursOf(environment.resources.get(desired.address)),
    impact: NO_IMPACT,
  };
}

function removal(
  environment: DesiredEnvironment,
  finding: Extract<Finding, { kind: 'undeclared' }>,
  options: DecideOptions,
): Change | Withheld {
  const { address, observed } = finding;
  const declared = options.declared?.get(address);
  // What was applied last counts; engines that hold neither have to be asked only where that is forgotten.
  const last = finding.recorded ?? observed.configured;
  const isProtected = member(last, 'protect') === true || declared?.protect === true;
  if (isProtected) return protectedFrom(address);
  const held = options.sheltered?.get(address);
  if (held !== undefined && isRemoved(environment, options)) return shelters(address, held);
  if (!isRemoved(environment, options)) {
    return {
      address,
      reason: 'prune_disabled',
      summary: `${address} is no longer declared; policies.prune is false, so it stays`,
    };
  }
  const policy = declared?.deletion_policy ?? member(last, 'deletion_policy');
  if (holdsData(observed) && !options.destroyData && policy !== 'delete') {
    return { address, reason: 'data_kept', summary: dataKept(environment, address, options) };
  }
  return {
    address,
    previous_address: null,
    type: observed.type,
    name: observed.name,
    engine: finding.engine,
    action: 'delete',
    reason: reasonOfRemoval(environment, finding, options),
    cause: finding.cause,
    before: observed.configured,
    after: null,
    after_unknown: false,
    differences: [],
    source: null,
    depends_on: [],
    impact: impactOf(address, observed, 'delete', holdsData(observed)),
  };
}

function reasonOfRemoval(
  { resources }: DesiredEnvironment,
  { address, engine }: Extract<Finding, { kind: 'undeclared' }>,
  { mode }: DecideOptions,
): ActionReason {
  if (mode === 'destroy') return 'delete_by_request';
  return resources.get(address)?.engine === engine ? 'delete_because_left_over' : 'delete_because_no_resource_config';
}

function dataKept(environment: DesiredEnvironment, address: Address, options: DecideOptions): string {
  const command = `trueup destroy ${environment.name}/${address} --volumes`;
  if (options.mode === 'destroy') return `${address} keeps its data; ${command} removes it`;
  return `${address} is no longer declared; its data is kept until you run ${command}`;
}

function requested(
  environment: DesiredEnvironment,
  finding: Extract<Finding, { kind: 'equal' }>,
  options: DecideOptions,
): Decision {
  const { address } = finding.desired;
  if (options.replace.has(address))
    return altered(environment, finding, [], finding.ignored, 'replace', 'replace_by_request', options);
  if (options.restart.has(address))
    return altered(environment, finding, [], finding.ignored, 'restart', 'restart_by_request', options);
  if (options.fields === 'all' && isRestartOwed(finding))
    return altered(environment, finding, [], finding.ignored, 'restart', 'pending_restart', options);
  // What is stopped proves nothing: what is aside waits until it is started again.
  const isProvable = options.fields === 'all' && !isMeantToRest(finding.desired.config);
  if (finding.hasAside && isProvable)
    return altered(environment, finding, [], finding.ignored, 'update', 'aside_left', options);
  return null;
}

function alteration(
  environment: DesiredEnvironment,
  finding: Extract<Finding, { kind: 'differs' }>,
  options: DecideOptions,
): Decision {
  const { desired, differences, ignored } = finding;
  const refused = differences.find((difference) => difference.effect === 'unsupported');
  if (refused !== undefined) {
    const summary = `engine "${desired.engine}" cannot change ${refused.field_path} of ${desired.address}`;
    return errorAt('not_supported', refused.source, summary, 'set it back, or replace the resource with --replace');
  }
  const [action, reason] = options.replace.has(desired.address)
    ? (['replace', 'replace_by_request'] as const)
    : actionOf(finding, options);
  return altered(environment, finding, differences, ignored, action, reason, options);
}

function actionOf(
  finding: Extract<Finding, { kind: 'differs' }>,
  options: DecideOptions,
): readonly [ChangeAction, ActionReason] {
  const effect = strongest(finding.differences);
  if (effect === 'replace') return ['replace', 'replace_because_cannot_update'];
  // A new name comes along with a restart; the other way round the restart would be lost.
  if (options.restart.has(finding.desired.address)) return ['restart', 'restart_by_request'];
  if (effect === 'restart') return ['restart', 'differs'];
  if (options.fields === 'all' && isRestartOwed(finding)) return ['restart', 'pending_restart'];
  if (finding.previousAddress !== null) return ['move', 'moved'];
  return ['update', finding.differences.some(isRunState) ? 'not_running' : 'differs'];
}

function altered(
  environment: DesiredEnvironment,
  finding: Extract<Finding, { kind: 'differs' | 'equal' }>,
  differences: readonly Difference[],
  ignored: readonly string[],
  action: ChangeAction,
  reason: ActionReason,
  options: DecideOptions,
): Change | Withheld {
  const { desired, observed } = finding;
  const losesData = action === 'replace' && holdsData(observed);
  if (action === 'replace' && desired.protect) return withheldReplacement(finding, environment, 'protected');
  const held = options.sheltered?.get(desired.address);
  if (action === 'replace' && held !== undefined) return withheldReplacement(finding, environment, 'protected', held);
  if (losesData && desired.deletion_policy !== 'delete' && !options.destroyData) {
    return withheldReplacement(finding, environment, 'data_kept');
  }
  return {
    address: desired.address,
    previous_address: finding.kind === 'differs' ? finding.previousAddress : null,
    type: desired.type,
    name: desired.name,
    engine: desired.engine,
    action,
    reason,
    cause: finding.kind === 'differs' ? finding.cause : 'git',
    before: observed.configured,
    after:
      options.fields === 'all'
        ? keepObserved(desired.config, observed.configured, ignored)
        : { ...observed.configured, run_state: desired.config['run_state'] ?? null },
    after_unknown: false,
    differences,
    source: differences[0]?.source ?? environment.locate(desired.address, ROOT_PATH),
    depends_on: neighboursOf(environment.resources.get(desired.address)),
    impact: impactOf(desired.address, observed, action, losesData),
    ...(finding.kind === 'differs' && carriesInput(finding) ? { carries_input: true as const } : {}),
  };
}

function strongest(differences: readonly Difference[]): Effect {
  return differences.reduce<Effect>(
    (worst, { effect }) => (EFFECTS.indexOf(effect) > EFFECTS.indexOf(worst) ? effect : worst),
    'in_place',
  );
}

function isRunState(difference: Difference): boolean {
  return difference.field_path === RUN_STATE_PATH;
}

/** Whether what nobody declares goes. */
function isRemoved({ policies }: DesiredEnvironment, { mode }: DecideOptions): boolean {
  return mode === 'destroy' || policies.prune;
}

function shelters(address: Address, held: Address): Withheld {
  const summary = `${address} would have to be removed, and ${held}, which is protected, with it; it stays as it is`;
  return { address, reason: 'protected', summary };
}

function protectedFrom(address: Address): Withheld {
  return {
    address,
    reason: 'protected',
    summary: `${address} is protected and would have to be removed; it stays as it is`,
  };
}

function neighboursOf(resource: DesiredResource | undefined): readonly Address[] {
  if (resource === undefined) return [];
  return [...resource.dependencies.map((dependency) => dependency.address), ...resource.uses];
}
