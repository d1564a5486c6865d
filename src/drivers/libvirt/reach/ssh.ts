/**
 * Into a guest by the system's own ssh: as the user and with the key that are declared, through the forwarded port. The host key
 * of a machine is taken as it is first seen, and held to afterwards; a machine that is made anew begins anew.
 */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type JsonObject, member, memberAt } from '../../../model/json.ts';
import { knownHostsFile } from '../state-folder.ts';
import type { Virsh } from '../virsh/virsh.ts';
import { forwardTo } from './forwards.ts';
import { placeOf } from './place.ts';

export interface SshTarget {
  readonly virsh: Virsh;
  readonly vm: string;
  readonly config: JsonObject;
  readonly signal: AbortSignal;
}

/** A guest without KVM on a busy host takes seconds to exchange keys, and is no guest that is away for that. */
const CONNECT_SECONDS = 15;
/** While a guest boots a try that ends soon and is made again finds it sooner: its network swallows what comes too early. */
const BOOTING_SECONDS = 5;
const ALIVE_SECONDS = 15;
const LOGIN_TIMEOUT_MS = 15_000;

/** The arguments of ssh up to the command; `null` where no port leads there from here. */
export async function sshArguments(
  { virsh, vm, config }: SshTarget,
  connectSeconds: number = CONNECT_SECONDS,
): Promise<readonly string[] | null> {
  const declared = memberAt(config, 'ready', 'ssh');
  const forward = forwardTo(config, portOf(config));
  const place = forward === null ? null : placeOf(forward, virsh.engine);
  if (place === null) return null;
  const file = knownHostsFile(virsh.engine, vm);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const [user, key] = [member(declared, 'user'), member(declared, 'key')];
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=accept-new',
    `UserKnownHostsFile="${file}"`,
    'GlobalKnownHostsFile=/dev/null',
    'UpdateHostKeys=no',
    'LogLevel=ERROR',
    // What people have for all hosts is not for guests: their agent, and connections that an earlier machine has left.
    'ControlMaster=no',
    'ControlPath=none',
    'ForwardAgent=no',
    'ForwardX11=no',
    'PermitLocalCommand=no',
    'RemoteCommand=none',
    `ConnectTimeout=${connectSeconds}`,
    // A guest that is paused, or has hung, would be waited for until the end of days.
    `ServerAliveInterval=${ALIVE_SECONDS}`,
    'ServerAliveCountMax=4',
    ...(typeof key === 'string' ? [`IdentityFile="${key}"`, 'IdentitiesOnly=yes'] : []),
  ];
  return [
    ...options.flatMap((option) => ['-o', option]),
    '-p',
    String(place.port),
    ...(typeof user === 'string' ? ['-l', user] : []),
    place.host,
  ];
}

/** The port of the guest. */
export function portOf(config: JsonObject): number {
  const port = memberAt(config, 'ready', 'ssh', 'port');
  return typeof port === 'number' ? port : 22;
}

/** Why nobody can log in; `null` where somebody can. */
export async function canLogIn(target: SshTarget): Promise<string | null> {
  const { exitCode, text } = await runQuietly(target, ['true']);
  return exitCode === 0 ? null : text;
}

export async function cloudInitIsDone(target: SshTarget): Promise<boolean> {
  return (await runQuietly(target, ['test', '-f', '/var/lib/cloud/instance/boot-finished'])).exitCode === 0;
}

async function runQuietly(
  target: SshTarget,
  command: readonly string[],
): Promise<{ readonly exitCode: number | null; readonly text: string }> {
  const args = await sshArguments(target, BOOTING_SECONDS);
  if (args === null)
    return { exitCode: null, text: `no forwarded port leads to port ${portOf(target.config)} of the guest from here` };
  const { execa } = await import('execa');
  const done = await execa('ssh', [...args, ...command], {
    stdin: 'ignore',
    cancelSignal: target.signal,
    timeout: LOGIN_TIMEOUT_MS,
    forceKillAfterDelay: 1000,
    reject: false,
  });
  target.signal.throwIfAborted();
  if (done.code === 'ENOENT') return { exitCode: null, text: 'ssh is not installed, or not on the PATH' };
  const said = done.stderr.trim().split('\n').at(-1) ?? '';
  return { exitCode: done.exitCode ?? null, text: said === '' ? 'nobody lets us log in by ssh' : said };
}
