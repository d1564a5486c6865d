/**
 * Whether KVM works here: a guest must have booted under it to a marker, on this machine since it was booted. That there is a
 * device proves nothing: there are hosts on which every guest hangs.
 */
import { readFile } from 'node:fs/promises';
import { member, parseJson } from '../../model/json.ts';
import type { Engine } from './engine.ts';
import { kvmProofFile } from './state-folder.ts';

export async function isKvmProved(engine: Engine): Promise<boolean> {
  if (!engine.isLocal) return false;
  try {
    const [proof, boot] = await Promise.all([readFile(kvmProofFile(), 'utf8'), bootId()]);
    return boot !== null && member(parseJson(proof), 'boot_id') === boot;
  } catch {
    // No proof, or none that can be read: what is not proved is not relied on.
    return false;
  }
}

/** Changes with every boot of this machine; `null` where there is none to be had. */
async function bootId(): Promise<string | null> {
  try {
    return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  } catch {
    return null;
  }
}
