/** The ladder of a machine: it runs, it has booted, it can be reached. A rung without declared means is left out. */
import { isJsonArray, type Json, type JsonObject, member, scalarText } from '../../../model/json.ts';
import type { Rung } from '../../../model/readiness.ts';
import { isForwardAnswered } from '../reach/forwards.ts';
import { canLogIn, cloudInitIsDone } from '../reach/ssh.ts';
import { pingCommand } from '../virsh/allowed.ts';
import type { Virsh } from '../virsh/virsh.ts';
import { linesOfThisStart } from './lines-of-start.ts';
import { stateOf } from './domain-state.ts';

interface Asked {
  readonly virsh: Virsh;
  readonly vm: string;
  readonly config: JsonObject;
  readonly signal: AbortSignal;
}

/** Why a rung is not reached; `null` for reached. */
type Reason = string | null;
type Check = (asked: Asked) => Promise<Reason>;

export async function machineReadiness(asked: Asked): Promise<readonly Rung[]> {
  const ready = asked.config['ready'] ?? null;
  const isSet = (name: string): boolean => isDeclared(member(ready, name));
  const booted: readonly Check[] = [
    ...(isSet('serial') ? [serialSays] : []),
    ...(isSet('guest_agent') ? [agentAnswers] : []),
    ...(isSet('cloud_init') ? [cloudInitDone] : []),
  ];
  const reachable: readonly Check[] = [...(isSet('ssh') ? [sshAnswers] : []), ...(isSet('ports') ? [portsAnswer] : [])];
  const ladder: readonly (readonly [string, readonly Check[]])[] = [
    ['running', [runs]],
    ['booted', booted],
    ['reachable', reachable],
  ];
  const rungs: Rung[] = [];
  for (const [name, checks] of ladder) {
    if (checks.length === 0) continue;
    const reason = await firstReason(checks, asked);
    rungs.push({ name, met: reason === null, reason });
    if (reason !== null) break;
  }
  return rungs;
}

async function firstReason(checks: readonly Check[], asked: Asked): Promise<Reason> {
  for (const check of checks) {
    const reason = await check(asked);
    if (reason !== null) return reason;
  }
  return null;
}

async function runs({ virsh, vm, signal }: Asked): Promise<Reason> {
  const [answer] = await virsh.ask([['domstate', '--reason', vm]], signal);
  if (answer === undefined || answer.stderr !== '') return answer?.stderr ?? 'libvirt says nothing of it';
  const { run_state: state, reason } = stateOf(answer.stdout, false);
  return state === 'running' ? null : (reason ?? `it is ${state}`);
}

async function serialSays(asked: Asked): Promise<Reason> {
  const ready = asked.config['ready'] ?? null;
  const wanted = scalarText(member(ready, 'serial'));
  const lines = await linesOfThisStart(asked.virsh, asked.vm, asked.signal);
  // What says that it has booted by other means says so without the console.
  if (lines === null) return OTHER_MEANS.some((name) => isDeclared(member(ready, name))) ? null : NOBODYS_LINES;
  const pattern = new RegExp(wanted);
  if (lines.some((line) => pattern.test(line))) return null;
  const last = lines.findLast((line) => line.trim() !== '');
  return `no line of the serial console matches ${wanted} yet; ${last === undefined ? 'there is none' : `the last is: ${last}`}`;
}

const OTHER_MEANS: readonly string[] = ['guest_agent', 'ssh', 'ports'];

const NOBODYS_LINES =
  'trueup did not start it, or could not bring it back, and cannot tell which lines of its console are of this start: `trueup restart` it, or declare ready.guest_agent, ssh or ports as well';

function isDeclared(means: Json): boolean {
  return isJsonArray(means) ? means.length > 0 : means !== null && means !== false;
}

const PING_SECONDS = 2;

async function agentAnswers({ virsh, vm, signal }: Asked): Promise<Reason> {
  const [answer] = await virsh.ask([pingCommand(vm, PING_SECONDS)], signal);
  return answer?.stderr === '' ? null : (answer?.stderr ?? 'the guest agent does not answer');
}

/** cloud-init says so on the console when it is done; who can log in can also be told by its own record. */
async function cloudInitDone(asked: Asked): Promise<Reason> {
  const lines = await linesOfThisStart(asked.virsh, asked.vm, asked.signal);
  if (lines?.some((line) => /Cloud-init v\. .* finished at/i.test(line)) === true) return null;
  if (member(asked.config['ready'] ?? null, 'ssh') !== null && (await cloudInitIsDone(asked))) return null;
  if (lines === null) return NOBODYS_LINES;
  const last = lines.findLast((line) => /cloud-init/i.test(line));
  return `cloud-init is not done${last === undefined ? '' : `; its last line is: ${last}`}`;
}

function sshAnswers(asked: Asked): Promise<Reason> {
  return canLogIn(asked);
}

async function portsAnswer({ virsh, vm, config, signal }: Asked): Promise<Reason> {
  const ports = member(config['ready'] ?? null, 'ports');
  for (const port of isJsonArray(ports) ? ports : []) {
    const reason = await isForwardAnswered({ virsh, vm, config, port: Number(port), signal });
    if (reason !== null) return reason;
  }
  return null;
}
