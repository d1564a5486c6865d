/**
 * The ladder of a machine: it runs, it has booted, it can be reached. That Lima calls it running says nothing of its guest: it has
 * booted when Lima itself has got all that it waits for. A rung without declared means is left out.
 */
import { isJsonArray, type JsonObject, member, scalarText } from '../../../model/json.ts';
import type { Rung } from '../../../model/readiness.ts';
import { loginCommand } from '../limactl/allowed.ts';
import { complaint } from '../limactl/failures.ts';
import type { Limactl } from '../limactl/limactl.ts';
import { whyNotAnswered } from '../reach/connect.ts';
import { consoleLines } from './console.ts';
import { machineNamed, type MachineSight } from './look.ts';
import { machineStatus } from './machine-state.ts';

interface Asked {
  readonly limactl: Limactl;
  readonly vm: string;
  readonly config: JsonObject;
  readonly signal: AbortSignal;
}

interface Seen extends Asked {
  readonly sight: MachineSight;
}

/** Why a rung is not reached; `null` for reached. */
type Reason = string | null;
type Check = (seen: Seen) => Reason | Promise<Reason>;

export async function machineReadiness(asked: Asked): Promise<readonly Rung[]> {
  const sight = await machineNamed(asked.limactl, asked.vm, asked.signal);
  if (sight === null) return [{ name: 'running', met: false, reason: 'it is not there' }];
  const ready = asked.config['ready'] ?? null;
  const isSet = (name: string): boolean => member(ready, name) !== null && member(ready, name) !== false;
  const ports = member(ready, 'ports');
  const ladder: readonly (readonly [string, readonly Check[]])[] = [
    ['running', [runs]],
    [
      'booted',
      [limaIsContent, ...(isSet('serial') ? [serialSays] : []), ...(isSet('cloud_init') ? [cloudInitDone] : [])],
    ],
    [
      'reachable',
      [...(isSet('ssh') ? [shellOpens] : []), ...(isJsonArray(ports) && ports.length > 0 ? [portsAnswer] : [])],
    ],
  ];
  const rungs: Rung[] = [];
  for (const [name, checks] of ladder) {
    if (checks.length === 0) continue;
    const reason = await firstReason(checks, { ...asked, sight });
    rungs.push({ name, met: reason === null, reason });
    if (reason !== null) break;
  }
  return rungs;
}

async function firstReason(checks: readonly Check[], seen: Seen): Promise<Reason> {
  for (const check of checks) {
    const reason = await check(seen);
    if (reason !== null) return reason;
  }
  return null;
}

function runs({ sight }: Seen): Reason {
  const { run_state: state, reason } = machineStatus(sight);
  return state === 'running' ? null : (reason ?? `it is ${state ?? 'unknown'}`);
}

/** It has got into the guest, its guest agent answers where there is to be one, and its probes have come through. */
function limaIsContent({ sight: { agent } }: Seen): Reason {
  if (agent === null || agent.isExiting || !agent.isRunning) return 'Lima still waits for the guest';
  if (!agent.isDegraded) return null;
  return agent.errors.length === 0 ? 'not all that Lima waits for has come' : agent.errors.join('; ');
}

async function serialSays({ limactl, vm, config }: Seen): Promise<Reason> {
  const wanted = scalarText(member(config['ready'] ?? null, 'serial'));
  const lines = await consoleLines(limactl.engine, vm);
  const pattern = new RegExp(wanted);
  if (lines.some((line) => pattern.test(line))) return null;
  const last = lines.findLast((line) => line.trim() !== '');
  return `no line of the serial console matches ${wanted} yet; ${last === undefined ? 'there is none' : `the last is: ${last}`}`;
}

/** The host agent hears of it; in plain mode only the console says so. */
async function cloudInitDone({ limactl, vm, sight: { agent } }: Seen): Promise<Reason> {
  if (agent?.isCloudInitDone === true) return null;
  const lines = await consoleLines(limactl.engine, vm);
  if (lines.some((line) => /Cloud-init v\. .* finished at/i.test(line))) return null;
  const last = agent?.cloudInitLine ?? lines.findLast((line) => /cloud-init/i.test(line));
  return `cloud-init is not done${last === undefined ? '' : `; its last line is: ${last}`}`;
}

const LOGIN_TIMEOUT_MS = 15_000;

async function shellOpens({ limactl, vm, signal }: Seen): Promise<Reason> {
  const answer = await limactl.ask(loginCommand(vm), signal, { timeoutMs: LOGIN_TIMEOUT_MS });
  return answer.exit_code === 0 ? null : complaint(answer.stderr) || 'nobody can log in';
}

async function portsAnswer({ sight, config, signal }: Seen): Promise<Reason> {
  const ports = member(config['ready'] ?? null, 'ports');
  for (const port of isJsonArray(ports) ? ports : []) {
    const reason = await whyNotAnswered(sight, Number(port), signal);
    if (reason !== null) return reason;
  }
  return null;
}
