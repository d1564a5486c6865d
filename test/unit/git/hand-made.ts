/** Commits byte for byte, such as git does not write them. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { HandMadeContent, HandMadeEntry } from '../../hostile/commits.ts';
import { git, scratchFolder } from './scratch-repo.ts';

export interface HandMade {
  /** A bare repo whose main branch is the commit. */
  readonly folder: string;
  readonly commit: string;
}

/** `victim` stands for `VICTIM` in what links lead to. */
export function handMadeRepo(tree: readonly HandMadeEntry[], victim = '/nowhere'): HandMade {
  const folder = join(scratchFolder(), 'remote.git');
  git('/', 'init', '--quiet', '--bare', '--initial-branch=main', folder);
  return { folder, commit: handMadeCommit(folder, tree, victim) };
}

/** The same in a repo that is there already: its main branch is moved. */
export function handMadeCommit(folder: string, tree: readonly HandMadeEntry[], victim = '/nowhere'): string {
  const head = 'author a <a@b> 1700000000 +0000\ncommitter a <a@b> 1700000000 +0000\n\nx\n';
  const commit = object(folder, 'commit', Buffer.from(`tree ${treeOf(folder, tree, victim)}\n${head}`));
  git(folder, 'update-ref', 'refs/heads/main', commit);
  return commit;
}

function treeOf(folder: string, entries: readonly HandMadeEntry[], victim: string): string {
  const parts = entries.map(([mode, name, content]) => {
    return Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(idOf(folder, content, victim), 'hex')]);
  });
  return object(folder, 'tree', Buffer.concat(parts));
}

function idOf(folder: string, content: HandMadeContent, victim: string): string {
  if (content === null) return '1'.repeat(40);
  if (typeof content !== 'string') return treeOf(folder, content, victim);
  return object(folder, 'blob', Buffer.from(content.replaceAll('VICTIM', victim)));
}

function object(folder: string, type: string, content: Buffer): string {
  const whole = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
  const id = createHash('sha1').update(whole).digest('hex');
  const place = join(folder, 'objects', id.slice(0, 2));
  mkdirSync(place, { recursive: true });
  const file = join(place, id.slice(2));
  if (!existsSync(file)) writeFileSync(file, deflateSync(whole));
  return id;
}
