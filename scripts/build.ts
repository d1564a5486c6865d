/** Builds the command into dist/: generated code first, then one file. */
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { apart, buildApart } from './apart.ts';
import { generate } from './generate.ts';
import { leaveOut } from './leave-out.ts';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const BUNDLE = join(DIST, 'main.cjs');

// Filled in after: bin/load-bundle.cjs knows a bundle by it.
const BUILD_LINE = `// build ${'0'.repeat(16)}`;

const started = performance.now();
await generate();
// What a command line is loaded with that may leave its command to a daemon: small, because that is all it is for.
const asking = await build({
  absWorkingDir: ROOT,
  entryPoints: ['src/cli/daemon/ask.ts'],
  outfile: join(DIST, 'ask.cjs'),
  bundle: true,
  format: 'cjs',
  write: false,
  platform: 'node',
  target: 'node24',
  minify: true,
});
const { outputFiles } = await build({
  absWorkingDir: ROOT,
  entryPoints: ['src/cli/main.ts'],
  outfile: BUNDLE,
  // One file, in which what is imported lazily is evaluated when it is: to find and link sixty chunks took a third of a
  // command. CommonJS, since an ES module evaluates every export of a built-in module that it imports a name from.
  bundle: true,
  format: 'cjs',
  // What lies beside it is required: to import from code that V8 has from a cache is an experiment of Node, which it warns of.
  supported: { 'dynamic-import': false },
  write: false,
  platform: 'node',
  target: 'node24',
  // A third less to read and to compile. `--verbose` shows stacks by the source map.
  minify: true,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'linked',
  banner: { js: `${BUILD_LINE}\nconst __trueupUrl = require('node:url').pathToFileURL(__filename).href;` },
  plugins: [leaveOut, apart],
  define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__trueupUrl' },
});
const aparts = await buildApart(DIST, {
  absWorkingDir: ROOT,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node24',
  minify: true,
  legalComments: 'linked',
});

await mkdir(DIST, { recursive: true });
const written = [...asking.outputFiles, ...aparts, ...outputFiles].map(({ path, text }) => ({
  path,
  text: path === BUNDLE ? withBuild(text) : text,
}));
// The bundle comes last and each file whole: whoever starts the command meanwhile sees the old build or the new one.
for (const { path, text } of written.toSorted((a, b) => Number(a.path === BUNDLE) - Number(b.path === BUNDLE))) {
  await writeFile(`${path}.${process.pid}`, text);
  await rename(`${path}.${process.pid}`, path);
}
const names = new Set(written.map(({ path }) => basename(path)));
for (const file of await readdir(DIST)) if (!names.has(file)) await rm(join(DIST, file), { recursive: true });
await chmod(join(ROOT, 'bin', 'trueup.cjs'), 0o755);

const kilobytes = (written.find(({ path }) => path === BUNDLE)?.text.length ?? 0) / 1024;
const seconds = (performance.now() - started) / 1000;
console.log(`built dist/main.cjs: ${kilobytes.toFixed(0)} KB, ${seconds.toFixed(1)} s`);

function withBuild(text: string): string {
  const build = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return text.replace(BUILD_LINE, `// build ${build}`);
}
