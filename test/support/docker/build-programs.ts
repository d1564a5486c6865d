/**
 * Programs from Go modules, kept in a cache folder: built once, under a lock, so that runs that start at once wait for one
 * build. A binary is there whole or not at all.
 */
import { spawn } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { toolchain } from './go-toolchain.ts';

export const ENGINE_CACHE: string = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'trueup-engines');

export const BUILT_PROGRAMS: string = join(ENGINE_CACHE, 'bin');
export const STRIP = '-s -w';

export interface Program {
  readonly name: string;
  readonly module: string;
  /** What Go calls it, where that is the last word of the module and not the name. */
  readonly installed?: string;
  readonly ldflags?: string;
  readonly tags?: string;
  /** Without libraries, so that it also runs in an image that holds nothing else. */
  readonly isStatic?: boolean;
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
  for (const program of programs) if (!(await isBuilt(program))) missing.push(program);
  if (missing.length === 0) return null;
  const { path, lacks } = await toolchain();
  if (lacks !== null) return lacks;
  await mkdir(BUILT_PROGRAMS, { recursive: true });
  for (const program of missing) await build(program, path);
  return null;
}

export async function isBuilt({ name }: Pick<Program, 'name'>): Promise<boolean> {
  try {
    await access(join(BUILT_PROGRAMS, name));
    return true;
  } catch {
    return false;
  }
}

async function build(program: Program, path: string): Promise<void> {
  const { name, module, installed = name, ldflags = STRIP, tags, isStatic = false } = program;
  const flags = ['-ldflags', ldflags, ...(tags === undefined ? [] : ['-tags', tags]), module];
  const cgo: Readonly<Record<string, string>> = isStatic ? { CGO_ENABLED: '0' } : {};
  const status = await underBuildLock(SCRIPT, [name, installed, ...flags], { PATH: path, ...cgo });
  if (status !== 0) throw new Error(`${name} could not be built: go install ${module} ended with ${status}`);
}

/** Runs a script of the shell while nobody else builds anything; its exit status. */
export async function underBuildLock(
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<number | null> {
  const child = spawn('flock', [join(ENGINE_CACHE, 'lock'), 'sh', '-c', script, 'sh', ...args], {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, BIN: BUILT_PROGRAMS, GOFLAGS: '-trimpath', GOTOOLCHAIN: 'auto', ...environment },
  });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject).once('close', resolve);
  return promise;
}
