/**
 * Images: nobody's, shared by all, and never removed. One is pulled only for what is created or replaced from it: when it
 * is missing, or is not what is declared, or its policy is to ask anew each time.
 */
import type { Address } from '../model/address.ts';
import type { ActionReason, Change } from '../model/change.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { type Diagnostic, errorAt } from '../model/diagnostic.ts';
import { fieldPath, ROOT_PATH } from '../model/field-path.ts';
import { compareText } from '../model/json.ts';
import { joinCauses } from './cause.ts';
import type { Finding } from './findings.ts';
import { NO_IMPACT } from './impact.ts';

export interface ImageDecisions {
  readonly changes: readonly Change[];
  /** Images that are needed, are missing and must not be pulled, at the lines of those who need them. */
  readonly diagnostics: readonly Diagnostic[];
}

type ImageFinding = Exclude<Finding, { readonly kind: 'undeclared' }>;

export function isOfImage(finding: Finding): finding is ImageFinding {
  return finding.kind !== 'undeclared' && finding.desired.type === 'image';
}

/** `changes` are all others; `pull` names images that are pulled although nothing needs them. */
export function decideImages(
  environment: DesiredEnvironment,
  findings: readonly Finding[],
  changes: readonly Change[],
  pull: ReadonlySet<Address>,
): ImageDecisions {
  const decided: Change[] = [];
  const diagnostics: Diagnostic[] = [];
  const images = findings.filter(isOfImage);
  const needs = images.length === 0 ? new Map<Address, readonly Change[]>() : needsOf(environment, changes);
  for (const finding of images) {
    const users = needs.get(finding.desired.address) ?? [];
    const reason = reasonOf(finding, users, pull);
    if (reason === null) continue;
    if (isForbidden(finding) && reason !== 'pull_by_request') {
      diagnostics.push(...users.map((user) => missingImage(environment, finding, user)));
    } else decided.push(pulled(environment, finding, reason, users));
  }
  return { changes: decided, diagnostics };
}

/** Who is made from each image. */
function needsOf(environment: DesiredEnvironment, changes: readonly Change[]): ReadonlyMap<Address, readonly Change[]> {
  const needs = new Map<Address, Change[]>();
  for (const change of changes.filter(({ action }) => action === 'create' || action === 'replace')) {
    for (const used of environment.resources.get(change.address)?.uses ?? []) {
      const known = needs.get(used);
      if (known === undefined) needs.set(used, [change]);
      else known.push(change);
    }
  }
  return needs;
}

/** Why it is pulled; `null` when it is not. */
function reasonOf(
  finding: ImageFinding,
  users: readonly Change[],
  pull: ReadonlySet<Address>,
): Extract<ActionReason, 'missing' | 'differs' | 'pull_always' | 'pull_by_request'> | null {
  if (pull.has(finding.desired.address)) return 'pull_by_request';
  if (users.length === 0) return null;
  if (finding.kind !== 'equal') return finding.kind;
  return finding.desired.config['pull_policy'] === 'always' ? 'pull_always' : null;
}

function isForbidden({ kind, desired }: ImageFinding): boolean {
  return kind !== 'equal' && desired.config['pull_policy'] === 'never';
}

function missingImage(environment: DesiredEnvironment, { kind, desired }: ImageFinding, user: Change): Diagnostic {
  const source = environment.locate(user.address, fieldPath('container', 'image'));
  const what =
    kind === 'missing' ? 'is not there' : `is there, but not for ${JSON.stringify(desired.config['platform'])}`;
  const summary = `image "${desired.name}" ${what} on engine "${desired.engine}", and pull_policy is never`;
  return errorAt('missing_image', source, summary, 'build or load it there, or leave pull_policy out');
}

function pulled(
  environment: DesiredEnvironment,
  finding: ImageFinding,
  reason: ActionReason,
  users: readonly Change[],
): Change {
  const { desired } = finding;
  const isThere = finding.kind !== 'missing';
  return {
    address: desired.address,
    previous_address: null,
    type: desired.type,
    name: desired.name,
    engine: desired.engine,
    action: isThere ? 'update' : 'create',
    reason,
    cause: users.length === 0 ? 'git' : joinCauses(users.map(({ cause }) => cause)),
    before: isThere ? finding.observed.configured : null,
    after: desired.config,
    after_unknown: finding.kind === 'missing' && finding.engineAbsent,
    differences: finding.kind === 'differs' ? finding.differences : [],
    source: environment.locate(desired.address, ROOT_PATH),
    depends_on: [],
    impact: NO_IMPACT,
  };
}

/** All of them in the order of addresses. */
export function withImages(changes: readonly Change[], images: readonly Change[]): readonly Change[] {
  return [...changes, ...images].sort((left, right) => compareText(left.address, right.address));
}
