/**
 * Programs whose modules cannot be installed directly, because they replace modules that they need: built through a module of
 * ours that needs theirs, with a `main` of its own for each. All that is missing of a module is built at once, without cgo, so
 * that it also runs in an image that holds nothing else.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BUILT_PROGRAMS, ENGINE_CACHE, isBuilt, STRIP, underBuildLock } from '../docker/build-programs.ts';
import { toolchain } from '../docker/go-toolchain.ts';

export interface WrappedProgram {
  readonly name: string;
  /** The text of its `main` in Go. */
  readonly main: string;
}

export interface WrappedModule {
  readonly module: string;
  readonly version: string;
  readonly ldflags?: string;
}

/** Whoever waited for the lock builds only what is still missing. Built beside, then moved to its place. */
const SCRIPT = `
for name in "$@"; do
  shift
  [ -x "$BIN/$name" ] || set -- "$@" "./$name"
done
[ $# -eq 0 ] && exit 0
echo "building $*" >&2
mkdir new && go mod tidy && CGO_ENABLED=0 go build -ldflags "$LDFLAGS" -o new/ "$@" && mv new/* "$BIN/"`;

/** Resolves with a reason where that is impossible here. A build that fails is an error. */
export async function buildWrapped(
  wrapped: WrappedModule,
  programs: readonly WrappedProgram[],
): Promise<string | null> {
  const missing: WrappedProgram[] = [];
  for (const program of programs) if (!(await isBuilt(program))) missing.push(program);
  if (missing.length === 0) return null;
  const { path, lacks } = await toolchain();
  if (lacks !== null) return lacks;
  await mkdir(BUILT_PROGRAMS, { recursive: true });
  const folder = await mkdtemp(join(ENGINE_CACHE, 'wrap-'));
  try {
    await writeFile(join(folder, 'go.mod'), await goMod(wrapped, { ...process.env, PATH: path, GOTOOLCHAIN: 'auto' }));
    for (const { name, main } of missing) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, 'main.go'), main);
    }
    const names = missing.map(({ name }) => name);
    const environment = { PATH: path, LDFLAGS: `${STRIP} ${wrapped.ldflags ?? ''}` };
    const status = await underBuildLock(`cd "${folder}" || exit 1${SCRIPT}`, names, environment);
    if (status !== 0) throw new Error(`${names.join(', ')} could not be built: the build ended with ${status}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return null;
}

/** The staging modules of Kubernetes are published under versions that match its own. */
async function goMod({ module, version }: WrappedModule, env: NodeJS.ProcessEnv): Promise<string> {
  const run = promisify(execFile);
  const { stdout } = await run('go', ['mod', 'download', '-json', `${module}@${version}`], { env });
  const { GoMod: path } = JSON.parse(stdout) as { readonly GoMod: string };
  const text = await readFile(path, 'utf8');
  const staged = [...text.matchAll(/^\s*(\S+) => \.\/staging\//gm)].map((match) => match[1] ?? '');
  const replaced = [...new Set(staged)].map(
    (name) => `replace ${name} => ${name} ${version.replace(/^v1\./, 'v0.')}\n`,
  );
  return `module wrap\n\ngo 1.26.0\n\nrequire ${module} ${version}\n\n${replaced.join('')}`;
}
