/** What changed in services' own files, in a line for each service, and for each engine that could not tell. */
import type { FilesystemDrift } from '../../model/filesystem.ts';
import { unseenText } from '../filesystem-text.ts';
import { safeText, shorten } from '../safe-text.ts';
import { plural } from '../words.ts';
import { LONGEST_SENTENCE } from './field-findings.ts';
import type { Remark } from './findings.ts';

const MOST_NAMES = 8;

export function filesystemRemarks(filesystem: FilesystemDrift | null): readonly Remark[] {
  if (filesystem === null) return [];
  const more = new Map(filesystem.omitted.map(({ address, count }) => [address, count]));
  const services = [...Map.groupBy(filesystem.changes, ({ address }) => address)].map(([address, own]) => {
    const count = own.length + (more.get(address) ?? 0);
    const names = own.slice(0, MOST_NAMES).map(({ path, change }) => `${change} ${safeText(path)}`);
    const hidden = count - names.length;
    const list = names.join(', ') + (hidden > 0 ? ` and ${hidden} more` : '');
    return `${safeText(address)}: ${plural(count, 'change')} of its own files: ${list}`;
  });
  return [...services, ...filesystem.unseen.map((item) => `own files of services: ${unseenText(item)}`)].map((text) => {
    return { rule: 'filesystem', level: 'info', text: shorten(text, LONGEST_SENTENCE), source: null };
  });
}
