/**
 * Files that were parsed once and are parsed again only with other content: who reads a working tree at each save reads all
 * of its manifests, and one of them is new. Bounded; what was used longest ago is forgotten first.
 */
import { createHash } from 'node:crypto';
import { parseFile, type ParsedFile } from './parse.ts';

const MOST_FILES = 512;

interface Kept {
  readonly digest: string;
  readonly parsed: ParsedFile;
}

export class ParsedFiles {
  readonly #files = new Map<string, Kept>();

  /** Like `parseFile`. */
  parse(path: string, bytes: Uint8Array): ParsedFile {
    const digest = createHash('sha256').update(bytes).digest('base64');
    const known = this.#files.get(path);
    const parsed = known?.digest === digest ? known.parsed : parseFile(path, bytes);
    this.#files.delete(path);
    this.#files.set(path, { digest, parsed });
    const [oldest] = this.#files.keys();
    if (this.#files.size > MOST_FILES && oldest !== undefined) this.#files.delete(oldest);
    return parsed;
  }
}
