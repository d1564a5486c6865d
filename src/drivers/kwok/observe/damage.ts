/** What of a cluster's folder is gone or of no use any more. All but its data can be made anew around them. */
import { X509Certificate } from 'node:crypto';
import { join, relative } from 'node:path';
import { FILES } from '../engine.ts';
import { TrueupError } from '../../../model/failure.ts';
import { isAway } from '../../kubernetes/api/problems.ts';
import { embeddedContext } from '../../kubernetes/kubeconfig/embedded.ts';
import { ownKubeconfig } from '../own-kubeconfig.ts';
import type { Settings } from '../settings.ts';
import { DATA, hasData, hasRun } from './data.ts';
import { isSurelyThere, readSurely } from './surely.ts';
import { isUnreadable } from './unreadable.ts';

export interface Damage {
  /** One sentence; `null` for none. */
  readonly damage: string | null;
  /** What was in it, and cannot be brought back; `null` for nothing. */
  readonly lost: string | null;
  /** Whether there is anything in it. */
  readonly hasData: boolean;
}

const CERTIFICATES = ['ca.crt', 'admin.crt', 'admin.key'] as const;

/** Rejects with `engine_unreachable` where nobody can tell what is there. `settings` are `null` where kwokctl did not get to write them down whole. */
export async function lookForDamage(folder: string, settings: Settings | null, now: Date): Promise<Damage> {
  const programs = (settings?.components ?? []).map(({ binary }) => relative(folder, binary));
  const needed = [FILES.kubeconfig, ...CERTIFICATES.map((name) => join(FILES.certificates, name)), ...programs];
  const found = await Promise.all(needed.map((name) => isSurelyThere(join(folder, name))));
  const missing = needed.filter((_, index) => found[index] !== true);
  const [isBegun, isKept] = await Promise.all([hasRun(folder), hasData(folder)]);
  const lost = isBegun && !isKept ? `its data are gone: there is no ${join(folder, DATA)}` : null;
  const damage = settings === null ? HALF : missing.length > 0 ? `gone from its folder: ${missing.join(', ')}` : null;
  const spoilt = damage ?? (await kubeconfigDamage(folder)) ?? (await certificateDamage(folder, now));
  return { damage: spoilt, lost, hasData: isKept };
}

const HALF = 'kwokctl did not write down whole what it consists of';

/** Nobody would get in by it. One that cannot be read may well be whole. */
async function kubeconfigDamage(folder: string): Promise<string | null> {
  try {
    await embeddedContext(await ownKubeconfig(folder));
    return null;
  } catch (error) {
    if (error instanceof TrueupError && isAway(error) && !isUnreadable(error)) return error.message;
    throw error;
  }
}

async function certificateDamage(folder: string, now: Date): Promise<string | null> {
  for (const name of CERTIFICATES.filter((file) => file.endsWith('.crt'))) {
    const text = await readSurely(join(folder, FILES.certificates, name));
    if (text === null) return `its certificate ${name} is gone`;
    const end = endOf(text);
    if (end === null) return `its certificate ${name} is none`;
    if (end < now) return `its certificate ${name} has expired on ${end.toISOString().slice(0, 10)}`;
  }
  return null;
}

function endOf(text: Buffer): Date | null {
  try {
    return new Date(new X509Certificate(text).validTo);
  } catch {
    return null;
  }
}
