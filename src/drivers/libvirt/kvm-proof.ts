/**
 * Whether KVM works here: a guest must have booted under it to a marker, on this machine since it was booted. That there is a
 * device proves nothing: there are hosts on which every guest hangs.
 */
import { readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PRIVATE_FILE, writeFileAtomic } from '../../files/atomic-file.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { canonicalJson, member, parseJson } from '../../model/json.ts';
import type { Engine } from './engine.ts';
import { kvmProofFile } from './state-folder.ts';

export async function isKvmProved(engine: Engine): Promise<boolean> {
  if (!engine.isLocal) return false;
  try {
    const [proof, boot] = await Promise.all([readFile(kvmProofFile(engine), 'utf8'), bootId()]);
    return boot !== null && member(parseJson(proof), 'boot_id') === boot;
  } catch {
    // No proof, or none that can be read: what is not proved is not relied on.
    return false;
  }
}

/** Whether it is kept: of another machine nobody knows when it was booted, and there is no proof that would end. */
export async function keepKvmProof(engine: Engine, vm: string): Promise<boolean> {
  const boot = engine.isLocal ? await bootId() : null;
  if (boot === null) return false;
  const file = kvmProofFile(engine);
  await makeFolder(dirname(file));
  await writeFileAtomic(file, canonicalJson({ boot_id: boot, uri: engine.uri, vm }), PRIVATE_FILE);
  return true;
}

/** What has failed since is no proof any more. */
export async function dropKvmProof(engine: Engine): Promise<void> {
  await rm(kvmProofFile(engine), { force: true });
}

/** Changes with every boot of this machine; `null` where there is none to be had. */
async function bootId(): Promise<string | null> {
  try {
    return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  } catch {
    return null;
  }
}
