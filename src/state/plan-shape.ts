/** The shape of a saved plan, as deep as apply relies on it. What engines put into `args` and `facts` stays theirs. */
import { isAddress, RESOURCE_TYPES } from '../model/address.ts';
import { EFFECTS, IGNORE_STATUSES, SEVERITIES } from '../model/change.ts';
import { ON_FAILURE } from '../model/desired.ts';
import { DEPENDENCY_OUTCOMES, STEP_PHASES } from '../model/plan.ts';
import {
  anyObject,
  count,
  flag,
  listOf,
  mapOf,
  nullable,
  objectOf,
  oneOf,
  optional,
  type Shape,
  text,
  textThat,
} from './shape.ts';

const address = textThat(isAddress, 'an address');

/** Address, engine and physical name. */
const objectKey = textThat((value) => isAddress(value) && /^\S+ \S+ ./.test(value), 'an address, an engine and a name');

const digest = textThat((value) => /^[0-9a-f]{64}$/.test(value), 'a digest');

const cause = oneOf(['git', 'world', 'both', 'unknown']);

const policies = objectOf({
  drift: oneOf(['heal', 'report', 'ignore']),
  on_failure: oneOf(ON_FAILURE),
  rollback: oneOf(['service', 'environment']),
  prune: flag,
});

const engine = objectOf({
  name: text,
  driver: text,
  status: oneOf(['known', 'absent', 'unreachable', 'resting', 'awaited']),
  facts: nullable(anyObject),
  error: nullable(text),
  provided_by: optional(address),
});

const inputs = objectOf({ files: listOf(text), engines: listOf(engine), targets: listOf(address) });

const difference = objectOf({
  field_path: text,
  cause,
  severity: oneOf(SEVERITIES),
  impact: nullable(text),
  effect: oneOf(EFFECTS),
  source: nullable(anyObject),
});

const change = objectOf({
  address,
  previous_address: nullable(address),
  type: text,
  name: text,
  engine: text,
  action: oneOf(['create', 'update', 'restart', 'replace', 'delete', 'move']),
  reason: text,
  cause,
  before: nullable(anyObject),
  after: nullable(anyObject),
  after_unknown: flag,
  differences: listOf(difference),
  source: nullable(anyObject),
  depends_on: listOf(address),
  impact: objectOf({
    restarts: listOf(address),
    reconnects: listOf(address),
    connections_dropped: flag,
    ports_dropped: listOf(text),
    downtime: flag,
    data_loss: flag,
    data_at_risk: listOf(address),
    goes_along: optional(listOf(text)),
  }),
  carries_input: optional(flag),
});

const step = objectOf({
  id: text,
  address,
  changed: address,
  engine: text,
  name: text,
  phase: oneOf(STEP_PHASES),
  verb: text,
  args: anyObject,
  cause: text,
  depends_on: listOf(objectOf({ step: text, when: oneOf(DEPENDENCY_OUTCOMES) })),
});

const drift = objectOf({
  address,
  engine: text,
  name: text,
  kind: oneOf(['missing', 'differs', 'undeclared']),
  differences: listOf(difference),
  cause,
});

const plan = objectOf({
  format_version: textThat((value) => /^1\.\d+$/.test(value), 'a format version that this trueup knows'),
  environment: text,
  project: text,
  revision: objectOf({ commit: nullable(text), dirty: flag }),
  mode: oneOf(['apply', 'destroy']),
  inputs,
  policies,
  changes: listOf(change),
  unchanged: count,
  drift: listOf(drift),
  drift_ignored: listOf(address),
  frozen: listOf(objectOf({ address, since: text, until: text, reason: text, by: text })),
  left_alone: listOf(address),
  withheld: listOf(
    objectOf({
      address,
      reason: text,
      summary: text,
      differences: optional(listOf(difference)),
      source: optional(anyObject),
    }),
  ),
  conflicts: listOf(objectOf({ address, engine: text, name: text, summary: text, source: nullable(anyObject) })),
  to_adopt: optional(listOf(address)),
  adopted: optional(listOf(objectOf({ engine: text, type: oneOf(RESOURCE_TYPES), address, as: text }))),
  ignored: listOf(
    objectOf({
      address,
      field_path: text,
      reason: text,
      until: nullable(text),
      hits: count,
      status: oneOf(IGNORE_STATUSES),
      source: nullable(anyObject),
    }),
  ),
  second_stage: optional(listOf(objectOf({ engine: text, provided_by: address, addresses: listOf(address) }))),
  diagnostics: listOf(objectOf({ code: text, severity: oneOf(['error', 'warning']), summary: text })),
  steps: listOf(step),
  applyable: flag,
  complete: flag,
});

export const SAVED_PLAN_SHAPE: Shape = objectOf({
  kind: oneOf(['saved_plan']),
  plan,
  digest,
  touched: mapOf(objectKey, digest),
});
