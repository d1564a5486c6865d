/** The state folder as it lies there: whatever happened, what trueup wrote into it can be read. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

export interface StateFiles {
  /** Files that cannot be read as what they are, each with the reason. */
  readonly broken: readonly string[];
  readonly bytes: number;
  readonly files: number;
  /** Lines of the journal, by environment. */
  readonly journal: number;
  readonly history: number;
}

/** The line that was being written when the writer was killed, or the disk was full, may be half a line. */
export async function stateFiles(root: string): Promise<StateFiles> {
  const folder = join(root, '.trueup');
  const broken: string[] = [];
  let [bytes, files, journal, history] = [0, 0, 0, 0];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const found = entry.isFile() ? await stat(path).catch(() => null) : null;
    if (found === null) continue;
    files += 1;
    bytes += found.size;
    const name = relative(folder, path);
    const text = /\.(?:ndjson|json)$/.test(name) ? await readFile(path, 'utf8') : '';
    if (name.endsWith('.json') && !isJson(text)) broken.push(`${name}: ${excerpt(text)}`);
    if (!name.endsWith('.ndjson')) continue;
    const lines = text.split('\n');
    lines.pop();
    broken.push(...lines.filter((line) => !isJson(line)).map((line) => `${name}: ${excerpt(line)}`));
    if (name.startsWith('journal')) journal += lines.length;
    if (name.startsWith('history')) history += lines.length;
  }
  return { broken, bytes, files, journal, history };
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
