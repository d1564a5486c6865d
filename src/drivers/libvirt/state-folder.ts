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
  return join(stateFolder(), 'known-hosts', keyOf(engine), vm);
}

/** Written once a guest has booted under KVM to its marker. Who may use KVM by one way may not by another. */
export function kvmProofFile(engine: Engine): string {
  return join(stateFolder(), 'kvm-proofs', `${keyOf(engine)}.json`);
}

function keyOf({ uri }: Engine): string {
  return createHash('sha256').update(uri).digest('hex').slice(0, 12);
}
