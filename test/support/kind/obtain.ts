/** What tests of kind need of this machine before they are run beside an engine, where nothing can be fetched any more. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { lacksKubernetes } from '../kubernetes/lacks.ts';
import { NODE_PROGRAMS } from '../kubernetes/build-kubernetes.ts';
import { isNodeArchiveThere, nodeArchive } from './node-image.ts';

/** How tests are told why there is none; they are then skipped by name. */
export const KIND_LACKS = 'TRUEUP_TEST_KIND_LACKS';

/** Builds it unless it is there; resolves with a reason where that is impossible here. */
export async function obtainKind(): Promise<string | null> {
  if (isNodeArchiveThere()) return null;
  if (process.getuid?.() !== 0) return 'a node image is made by root';
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const missing = ['debootstrap', 'chroot'].filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
  if (missing.length > 0) return `a node image is made with ${missing.join(' and ')}, not found here`;
  const lacks = lacksKubernetes(['kind', ...NODE_PROGRAMS]);
  if (lacks !== null) return lacks;
  await nodeArchive();
  return null;
}
