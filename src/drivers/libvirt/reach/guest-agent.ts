/** Commands by the QEMU guest agent: begun in the guest, then asked about until they have ended. */
import { TrueupError } from '../../../model/failure.ts';
import {
  canonicalJson,
  isJsonObject,
  type Json,
  type JsonObject,
  member,
  memberAt,
  parseJson,
} from '../../../model/json.ts';
import type { ExecOptions, ExecResult } from '../../reach.ts';
import { must, type Virsh } from '../virsh/virsh.ts';
import { waitFor } from '../../wait.ts';

const FIRST_PAUSE_MS = 30;
const LONGEST_PAUSE_MS = 1000;
const DEFAULT_MAX_OUTPUT = 65_536;

interface AgentTarget {
  readonly virsh: Virsh;
  readonly vm: string;
}

/** Aborting ends the wait; the agent cannot end what it began. */
export async function execByAgent(target: AgentTarget, remote: string, options: ExecOptions): Promise<ExecResult> {
  const { signal, maxOutput = DEFAULT_MAX_OUTPUT } = options;
  const begun = await ask(target, 'guest-exec', execArguments(remote), signal);
  const pid = member(begun, 'pid');
  let pause = FIRST_PAUSE_MS;
  for (;;) {
    signal.throwIfAborted();
    const status = await ask(target, 'guest-exec-status', { pid }, signal);
    if (member(status, 'exited') === true) return resultOf(status, maxOutput);
    await waitFor(pause, signal);
    pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS);
  }
}

/** Both streams in one, in the order written. */
function execArguments(remote: string): JsonObject {
  return { path: '/bin/sh', arg: ['-c', `exec 2>&1; ${remote}`], 'capture-output': true };
}

function resultOf(status: Json, maxOutput: number): ExecResult {
  const code = member(status, 'exitcode');
  const signalled = member(status, 'signal');
  const text = Buffer.from(textOf(member(status, 'out-data')), 'base64');
  return {
    exit_code: typeof code === 'number' ? code : 128 + Number(signalled ?? 0),
    output: text.subarray(Math.max(0, text.length - maxOutput)).toString('utf8'),
  };
}

async function ask({ virsh, vm }: AgentTarget, execute: string, args: JsonObject, signal: AbortSignal): Promise<Json> {
  const request = canonicalJson({ execute, arguments: args });
  const answer = parseJson(await must(virsh, ['qemu-agent-command', vm, '--timeout', '10', request], signal));
  const result = memberAt(answer, 'return');
  if (isJsonObject(result)) return result;
  throw new TrueupError('step_failed', `the guest agent of ${vm} does not answer to ${execute}`, { fields: { vm } });
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : '';
}
