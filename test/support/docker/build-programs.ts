/**
 * Programs from Go modules, kept in a cache folder: built once, under a lock, so that runs that start at once wait for one
 * build. A binary is there whole or not at all.
 */
import { execFile, spawn } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

export const ENGINE_CACHE: string = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'trueup-engines');

export const BUILT_PROGRAMS: string = join(ENGINE_CACHE, 'bin');
const GO = 'go1.26.8';
export const STRIP = '-s -w';

const run = promisify(execFile);

export interface Program {
  readonly name: string;
  readonly module: string;
  /** What Go calls it, where that is the last word of the module and not the name. */
  readonly installed?: string;
  readonly ldflags?: string;
  readonly tags?: string;
}

/** Whoever waited for the lock looks again before it builds. Built beside, then moved to its place. */
const SCRIPT = `
name=$1; installed=$2; shift 2
[ -x "$BIN/$name" ] && exit 0
echo "building $name" >&2
new=$(mktemp -d "$BIN/../new.XXXXXX") || exit 1
GOBIN=$new go install "$@" && mv "$new/$installed" "$BIN/$name"; status=$?
rm -rf "$new"
exit $status`;

/** Builds what is missing; resolves with a reason where that is impossible here. A build that fails is an error. */
export async function buildPrograms(programs: readonly Program[]): Promise<string | null> {
  const missing: Program[] = [];
  for (const program of programs) if (!(await isThere(program))) missing.push(program);
  if (missing.length === 0) return null;
  const { path, lacks } = await toolchain();
  if (lacks !== null) return lacks;
  await mkdir(BUILT_PROGRAMS, { recursive: true });
  for (const program of missing) await build(program, path);
  return null;
}

async function isThere({ name }: Program): Promise<boolean> {
  try {
    await access(join(BUILT_PROGRAMS, name));
    return true;
  } catch {
    return false;
  }
}

/** Where the toolchain is that builds it, or the reason why there is none. */
interface Toolchain {
  readonly path: string;
  readonly lacks: string | null;
}

/**
 * Since 1.21 Go fetches the toolchain that a module asks for; for an older one, such as Debian's, we do: it is a module like
 * any other, but for its programs, which a module cannot mark as such.
 */
async function toolchain(): Promise<Toolchain> {
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

async function build({ name, module, installed = name, ldflags = STRIP, tags }: Program, path: string): Promise<void> {
  const flags = ['-ldflags', ldflags, ...(tags === undefined ? [] : ['-tags', tags]), module];
  const child = spawn('flock', [join(ENGINE_CACHE, 'lock'), 'sh', '-c', SCRIPT, 'sh', name, installed, ...flags], {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, PATH: path, BIN: BUILT_PROGRAMS, GOFLAGS: '-trimpath', GOTOOLCHAIN: 'auto' },
  });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject).once('close', resolve);
  const status = await promise;
  if (status !== 0) throw new Error(`${name} could not be built: go install ${module} ended with ${status}`);
}
