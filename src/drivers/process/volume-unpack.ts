/** Unpacks a tar archive below a folder, and nowhere else. */
import { createWriteStream } from 'node:fs';
import { chmod, lchown, link, lutimes, mkdir, symlink } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Headers } from 'tar-stream';
import { visitEntries } from '../../files/archive-entries.ts';
import { TrueupError } from '../../model/failure.ts';

/** What is set once everything is in place: filling a folder changes its times, and it may not be writable. */
interface Later {
  readonly path: string;
  readonly header: Headers;
}

/** Throws for an archive that breaks off, or that would leave the folder. */
export async function unpackInto(
  folder: string,
  archive: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const { extract } = await import('tar-stream');
  const folders: Later[] = [];
  /** Nothing lies behind a link: it could lead anywhere. */
  const links = new Set<string>();
  const extraction = extract();
  visitEntries(extraction, unpack);
  await pipeline(Readable.from(archive), extraction, { signal });
  for (const { path, header } of folders.toReversed()) await finish(path, header);

  async function unpack(header: Headers, content: Readable): Promise<void> {
    const name = inside(header.name, links);
    const path = join(folder, name);
    if (header.type === 'directory') {
      if (links.has(name)) throw leadsOut(header.name);
      await mkdir(path, { recursive: true, mode: 0o700 });
      folders.push({ path, header });
    } else {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      if (header.type === 'symlink') {
        links.add(name);
        await symlink(header.linkname ?? '', path);
        await finish(path, header);
      } else if (header.type === 'link') {
        const target = inside(header.linkname ?? '', links);
        // The same link under another name.
        if (links.has(target)) links.add(name);
        await link(join(folder, target), path);
      } else if (header.type === 'file' || header.type === 'contiguous-file') {
        await pipeline(content, createWriteStream(path, { flags: 'wx', mode: 0o600 }), { signal });
        await finish(path, header);
      }
    }
  }
}

function inside(name: string, links: ReadonlySet<string>): string {
  const path = posix.normalize(name).replace(/\/$/, '');
  const parts = path.split('/');
  const isBehindLink = parts.some((_, index) => index > 0 && links.has(parts.slice(0, index).join('/')));
  if (!posix.isAbsolute(path) && parts[0] !== '..' && !isBehindLink) return path;
  throw leadsOut(name);
}

function leadsOut(name: string): TrueupError {
  return new TrueupError('step_failed', `the archive holds ${name}, which would lead out of the volume`);
}

/** Owners are root's to set: everybody else's files are their own anyway. */
async function finish(path: string, { mode, uid, gid, mtime, type }: Headers): Promise<void> {
  if (process.getuid?.() === 0 && uid !== undefined && gid !== undefined) await lchown(path, uid, gid);
  if (type !== 'symlink' && mode !== undefined) await chmod(path, mode & 0o7777);
  if (mtime !== undefined) await lutimes(path, mtime, mtime);
}
