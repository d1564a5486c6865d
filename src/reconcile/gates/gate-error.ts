/** How a gate fails: what it waited for, and what its last probes came to; with what to do about it, where that is known. */
import type { FailureCode } from '../../model/codes.ts';
import type { DependencyCondition } from '../../model/desired.ts';
import { TrueupError } from '../../model/failure.ts';
import type { ProbeResult } from '../../model/run.ts';

interface FailedGate {
  readonly condition: DependencyCondition;
  /** The last ones, oldest first. */
  readonly probes: readonly ProbeResult[];
  readonly exitCode: number | null;
  readonly next?: string;
}

export class GateError extends TrueupError {
  readonly condition: DependencyCondition;
  readonly probes: readonly ProbeResult[];
  readonly exitCode: number | null;

  constructor(code: FailureCode, message: string, { condition, probes, exitCode, next }: FailedGate) {
    const fields = { condition, exit_code: exitCode };
    super(code, message, next === undefined ? { fields } : { fields, next });
    this.condition = condition;
    this.probes = probes;
    this.exitCode = exitCode;
  }
}

/** A test that cannot be run at all is told of beside what it came to. */
export function gateError(code: FailureCode, message: string, gate: FailedGate): GateError {
  const isOfTest = code === 'gate_unhealthy' || code === 'gate_timeout';
  const test = isOfTest ? gate.probes.findLast(({ check_type: type }) => type === 'test') : undefined;
  if (test?.exit_code === 126 || test?.exit_code === 127) {
    const detail = `its health test cannot be run there (exit status ${test.exit_code}): ${test.target}`;
    const next = 'declare a test whose program is there; one that is written as a single text needs a shell';
    return new GateError(code, `${message}; ${detail}`, { ...gate, next });
  }
  const next = gate.next ?? (code === 'gate_exited' ? afterExit(message) : undefined);
  return new GateError(code, message, next === undefined ? gate : { ...gate, next });
}

function afterExit(message: string): string {
  const isHungry = message.includes('out of memory');
  const what = isHungry
    ? 'raise its `resource_limits.memory_limit`'
    : 'look at what it wrote (`trueup logs`), correct it';
  return `${what}, and apply again`;
}
