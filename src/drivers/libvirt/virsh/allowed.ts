/** What an observer may ask of virsh: nothing in this list changes anything. */
import { TrueupError } from '../../../model/failure.ts';
import type { Command } from './quote.ts';

const READING: ReadonlySet<string> = new Set([
  'capabilities',
  'domifaddr',
  'domstate',
  'dumpxml',
  'echo',
  'event',
  'hostname',
  'list',
  'nodememstats',
  'pool-dumpxml',
  'pool-info',
  'pool-list',
  'snapshot-list',
  'version',
  'vol-download',
  'vol-dumpxml',
  'vol-list',
]);

/** The agent can be asked for a sign of life, and for nothing else. */
const PING = '{"execute":"guest-ping"}';

/** Which connections QEMU holds for the network behind the host. */
export const USERNET_COMMAND = 'info usernet';

export function assertReading(commands: readonly Command[]): void {
  const refused = commands.find((command) => !isReading(command));
  if (refused === undefined) return;
  throw new TrueupError('internal', `an observer must not run: virsh ${refused[0] ?? ''}`);
}

function isReading(command: Command): boolean {
  const name = command[0] ?? '';
  if (name === 'qemu-agent-command') return command.at(-1) === PING;
  if (name === 'qemu-monitor-command') return command.at(-2) === '--hmp' && command.at(-1) === USERNET_COMMAND;
  return READING.has(name);
}

export function pingCommand(domain: string, timeoutSeconds: number): Command {
  return ['qemu-agent-command', domain, '--timeout', String(timeoutSeconds), PING];
}
