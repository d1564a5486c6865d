/** The state folder as it lies there: whatever happened, what trueup wrote into it can be read. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

export interface StateFiles {
  /** Files that cannot be read as what they are, each with the reason. */
  readonly broken: readonly string[];
  readonly bytes: number;
  /** But for snapshots of volumes. */
  readonly files: number;
  readonly snapshots: number;
  /** Of these, what writers that were killed have left. */
  readonly leftovers: number;
  /** Lines of the journal, by environment. */
  readonly journal: number;
  readonly history: number;
}

/** The line that was being written when the writer was killed, or the disk was full, may be half a line. */
export async function stateFiles(root: string): Promise<StateFiles> {
  const folder = join(root, '.trueup');
  const broken: string[] = [];
  let [bytes, files, snapshots, leftovers, journal, history] = [0, 0, 0, 0, 0, 0];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    // backups/<environment>/<volume>/<snapshot>
    if (entry.isDirectory() && /^backups(?:\/[^/]+){3}$/.test(name)) snapshots += 1;
    const found = entry.isFile() ? await stat(path).catch(() => null) : null;
    if (found === null) continue;
    if (!name.startsWith('backups')) files += 1;
    bytes += found.size;
    if (entry.name.endsWith('.tmp')) leftovers += 1;
    const text = /\.(?:ndjson|json)$/.test(name) ? await readFile(path, 'utf8') : '';
    if (name.endsWith('.json') && !isJson(text)) broken.push(`${name}: ${excerpt(text)}`);
    if (!name.endsWith('.ndjson')) continue;
    const lines = text.split('\n');
    lines.pop();
    const isHistory = name.startsWith('history');
    // What follows half a line of the history stands on a line of its own.
    const counted = isHistory ? lines.slice(0, 1) : lines;
    broken.push(...counted.filter((line) => !isJson(line)).map((line) => `${name}: ${excerpt(line)}`));
    if (isHistory) history += lines.length;
    else journal += lines.length;
  }
  return { broken, bytes, files, snapshots, leftovers, journal, history };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function excerpt(text: string): string {
  return text.length > 200 ? `${text.slice(0, 100)} … ${text.slice(-100)}` : text;
}
