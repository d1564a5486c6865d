/** Builders of model values with defaults that make sense together: a test names only what it is about. */
import { type Address, addressOf, keyOf, typeOf } from '../../src/model/address.ts';
import { NO_IMPACT } from '../../src/diff/impact.ts';
import type { Change, Conflict, Difference, IgnoreHit } from '../../src/model/change.ts';
import type { DesiredEnvironment, DesiredResource } from '../../src/model/desired.ts';
import { type Diagnostic, errorAt } from '../../src/model/diagnostic.ts';
import { fieldPath } from '../../src/model/field-path.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Drift, Plan, PlanEngine, Step } from '../../src/model/plan.ts';
import type { GateEvidence, ProbeResult, Run, StepResult } from '../../src/model/run.ts';
import type { SourceRange } from '../../src/model/source.ts';
import type { RenderOptions } from '../../src/report/render-options.ts';

export const COMMIT = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d';

export const PLAIN: RenderOptions = { color: false, width: 120 };

export function source(line = 1, column = 1, file = 'environments/local/web.yaml', length = 1): SourceRange {
  return { file, start: { line, column }, end: { line, column: column + length } };
}

export function difference(field: readonly string[], overrides: Partial<Difference> = {}): Difference {
  return {
    field_path: fieldPath(...field),
    before: 'old',
    after: 'new',
    cause: 'git',
    severity: 'warning',
    impact: null,
    effect: 'restart',
    source: source(9, 7),
    ...overrides,
  };
}

export function change(address: Address, overrides: Partial<Change> = {}): Change {
  return {
    address,
    previous_address: null,
    type: typeOf(address),
    name: `shop-${keyOf(address)}-1`,
    engine: 'process',
    action: 'restart',
    reason: 'differs',
    cause: 'git',
    before: { process: { command: ['old'] } },
    after: { process: { command: ['new'] } },
    after_unknown: false,
    differences: [],
    source: source(3, 3),
    depends_on: [],
    impact: NO_IMPACT,
    ...overrides,
  };
}

export function creation(address: Address, after: JsonObject, overrides: Partial<Change> = {}): Change {
  return change(address, { action: 'create', reason: 'missing', before: null, after, ...overrides });
}

export function removal(address: Address, overrides: Partial<Change> = {}): Change {
  const reason = 'delete_because_no_resource_config';
  return change(address, { action: 'delete', reason, after: null, source: null, ...overrides });
}

export function step(address: Address, verb: string, overrides: Partial<Step> = {}): Step {
  return {
    id: `${address}:${verb}`,
    address,
    changed: address,
    engine: 'process',
    name: `shop-${keyOf(address)}-1`,
    phase: 'start',
    verb,
    args: { name: `shop-${keyOf(address)}-1` },
    cause: 'differs',
    depends_on: [],
    ...overrides,
  };
}

export function engine(overrides: Partial<PlanEngine> = {}): PlanEngine {
  return {
    name: 'process',
    driver: 'process',
    status: 'known',
    facts: { kind: 'process', version: '1' },
    error: null,
    ...overrides,
  };
}

export function plan(overrides: Partial<Plan> = {}): Plan {
  return {
    format_version: '1.0',
    environment: 'local',
    project: 'shop',
    revision: { commit: COMMIT, dirty: false },
    mode: 'apply',
    inputs: {
      files: ['environments/local/web.yaml'],
      manifest: 'environments/local/web.yaml',
      engines: [engine()],
      targets: [],
    },
    policies: { drift: 'report', on_failure: 'stop', rollback: 'service', prune: true },
    changes: [],
    unchanged: 0,
    drift: [],
    drift_ignored: [],
    frozen: [],
    left_alone: [],
    withheld: [],
    conflicts: [],
    ignored: [],
    diagnostics: [],
    steps: [],
    applyable: true,
    complete: true,
    ...overrides,
  };
}

export function conflict(address: Address, overrides: Partial<Conflict> = {}): Conflict {
  const name = `shop-${keyOf(address)}-1`;
  const summary = `the name "${name}" is taken by local/${address} of the checkout /home/kim/shop`;
  return { address, engine: 'process', name, summary, source: source(3, 3), ...overrides };
}

/** An ignore rule that hit once. */
export function ignoreHit(address: Address, fieldPath: string, overrides: Partial<IgnoreHit> = {}): IgnoreHit {
  const rule = { address, field_path: fieldPath, reason: 'set by CI', until: null, source: source(5, 5) };
  return { ...rule, hits: 1, status: 'hit', ...overrides };
}

export function drift(address: Address, overrides: Partial<Drift> = {}): Drift {
  const name = `shop-${keyOf(address)}-1`;
  return { address, engine: 'process', name, kind: 'differs', differences: [], cause: 'world', ...overrides };
}

export function diagnostic(overrides: Partial<Diagnostic> = {}): Diagnostic {
  return { ...errorAt('unknown_key', source(3, 7), 'unknown key "comand"', 'did you mean "command"?'), ...overrides };
}

export function probe(overrides: Partial<ProbeResult> = {}): ProbeResult {
  return {
    at: '2026-01-31T10:00:00.000Z',
    check_type: 'endpoint',
    target: 'GET http://localhost:8080/health',
    passed: false,
    exit_code: null,
    output: 'connect ECONNREFUSED 127.0.0.1:8080',
    response_time_ms: 3,
    ...overrides,
  };
}

export function evidence(overrides: Partial<GateEvidence> = {}): GateEvidence {
  return { condition: 'service_healthy', probes: [probe()], exit_code: null, log_lines: [], ...overrides };
}

export function result(address: Address, verb: string, overrides: Partial<StepResult> = {}): StepResult {
  const gate = overrides.phase === 'gate';
  return {
    id: `${address}:${verb}`,
    address,
    engine: 'process',
    name: `shop-${keyOf(address)}-1`,
    phase: gate ? 'gate' : 'start',
    verb,
    status: 'done',
    started_at: '2026-01-31T10:00:00.000Z',
    duration_ms: 120,
    error: null,
    skipped_because: null,
    gate: null,
    outcome: {},
    ...overrides,
  };
}

/** A step that never began. */
export function unstarted(
  address: Address,
  verb: string,
  status: 'skipped' | 'cancelled',
  because: string | null,
): StepResult {
  return result(address, verb, { status, started_at: null, duration_ms: 0, skipped_because: because });
}

export function run(overrides: Partial<Run> = {}): Run {
  return {
    format_version: '1.0',
    id: '01KGA0000000000000000000RN',
    environment: 'local',
    project: 'shop',
    revision: { commit: COMMIT, dirty: false },
    mode: 'apply',
    started_at: '2026-01-31T10:00:00.000Z',
    duration_ms: 4210,
    status: 'succeeded',
    steps: [],
    gates: [],
    rollbacks: [],
    ...overrides,
  };
}

export function desired(key: string, overrides: Partial<DesiredResource> = {}): DesiredResource {
  const type = overrides.type ?? 'service';
  return {
    address: addressOf(type, key),
    type,
    key,
    name: `shop-${key}-1`,
    engine: 'process',
    external: false,
    protect: false,
    deletion_policy: 'delete',
    on_failure: 'stop',
    drift: 'report',
    config: { process: { command: ['node', `${key}.js`], restart: null }, run_state: 'running' },
    dependencies: [],
    uses: [],
    untracked: [],
    ...overrides,
  };
}

export function environment(
  resources: readonly DesiredResource[],
  overrides: Partial<DesiredEnvironment> = {},
): DesiredEnvironment {
  return {
    name: 'local',
    type: 'local',
    project: 'shop',
    folder: 'environments/local',
    revision: { commit: COMMIT, dirty: false },
    engines: { process: { name: 'process', driver: 'process', settings: {} } },
    resources: new Map(resources.map((resource) => [resource.address, resource])),
    policies: { drift: 'report', on_failure: 'stop', rollback: 'service', prune: true },
    moved: [],
    ignore_differences: [],
    files: ['environments/local/web.yaml'],
    locate: () => source(3, 3),
    ...overrides,
  };
}
