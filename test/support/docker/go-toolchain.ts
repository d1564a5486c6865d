/** Where the Go is that programs of tests are built with. */
import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const GO = 'go1.26.8';

const run = promisify(execFile);

/** Where the toolchain is, or the reason why there is none. */
export interface Toolchain {
  readonly path: string;
  readonly lacks: string | null;
}

/**
 * Since 1.21 Go fetches the toolchain that a module asks for; for an older one, such as Debian's, we do: it is a module like
 * any other, but for its programs, which a module cannot mark as such.
 */
export async function toolchain(): Promise<Toolchain> {
  const path = process.env['PATH'] ?? '';
  const said = await run('go', ['version']).catch(() => null);
  if (said === null) return { path, lacks: 'it is built with Go, and there is no go here' };
  if (Number(/go1\.(\d+)/.exec(said.stdout)?.[1] ?? 0) >= 21) return { path, lacks: null };
  const platform = `linux-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const { stdout } = await run('go', ['mod', 'download', '-json', `golang.org/toolchain@v0.0.1-${GO}.${platform}`]);
  const { Dir: folder } = JSON.parse(stdout) as { readonly Dir: string };
  await run('sh', ['-c', 'chmod a+x "$0"/bin/* "$0"/pkg/tool/*/*', folder]);
  return { path: `${join(folder, 'bin')}${delimiter}${path}`, lacks: null };
}
