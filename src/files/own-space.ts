/**
 * Ids of processes are those of one name space on one host: in another one, which may share files with this one, the same id is
 * somebody else's. The first name space of every host has the same number. Kept short: sockets lie in folders that are called so.
 */
import { createHash } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Says in which one this process is, for whoever writes down an id beside it. Twelve hexadecimal digits. */
export const OWN_SPACE: string = createHash('sha256')
  .update(`${hostname()} ${spaceOfIds()}`)
  .digest('hex')
  .slice(0, 12);

function spaceOfIds(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    // There is one for all.
    return '';
  }
}
