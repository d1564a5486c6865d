/** Where this driver keeps what belongs to this machine alone: host keys of guests, and the proof that KVM works. */
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Engine } from './engine.ts';

function stateFolder({ XDG_STATE_HOME: configured = '' }: NodeJS.ProcessEnv = process.env): string {
  // As the XDG rules have it, a relative path is ignored.
  return join(isAbsolute(configured) ? configured : join(homedir(), '.local', 'state'), 'trueup', 'libvirt');
}

/** The host keys of one machine. Two hosts may have machines of one name. */
export function knownHostsFile(engine: Engine, vm: string): string {
  const key = createHash('sha256').update(engine.uri).digest('hex').slice(0, 12);
  return join(stateFolder(), 'known-hosts', key, vm);
}

/** Written once a guest has booted under KVM to its marker. */
export function kvmProofFile(): string {
  return join(stateFolder(), 'kvm-proof.json');
}
