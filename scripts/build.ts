/** Builds the command into dist/: generated code first, then one bundle with a chunk for everything imported lazily. */
import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { generate } from './generate.ts';
import { leaveOut } from './leave-out.ts';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');

// CommonJS packages inside an ES module bundle still expect these three names.
const COMMONJS_NAMES = [
  "import { createRequire as __trueupCreateRequire } from 'node:module';",
  'const require = __trueupCreateRequire(import.meta.url);',
  'const __trueupDirname = import.meta.dirname;',
  'const __trueupFilename = import.meta.filename;',
].join('\n');

const started = performance.now();
await generate();
const { outputFiles, metafile } = await build({
  absWorkingDir: ROOT,
  entryPoints: { main: 'src/cli/main.ts' },
  outdir: DIST,
  // All files lie flat in dist/, so that `..` is the package's root from each of them.
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  write: false,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  legalComments: 'eof',
  banner: { js: COMMONJS_NAMES },
  plugins: [leaveOut],
  define: { __dirname: '__trueupDirname', __filename: '__trueupFilename' },
});

// From such an import a bundle gives only `default`, where Node gives the names as well.
for (const [file, { imports }] of Object.entries(metafile.inputs)) {
  const lazy = file.startsWith('src/') ? imports.filter(({ kind }) => kind === 'dynamic-import') : [];
  const wrong = lazy.find(({ path }) => metafile.inputs[path]?.format === 'cjs');
  if (wrong === undefined) continue;
  console.error(`${file}: ${wrong.original} is CommonJS, so import() a module of ours that imports it instead`);
  process.exit(1);
}

await mkdir(DIST, { recursive: true });
const written = new Set<string>();
// The entry comes last and each file whole: whoever starts the command meanwhile sees the old build or the new one.
for (const file of outputFiles.toSorted(
  (a, b) => Number(a.path.endsWith('main.js')) - Number(b.path.endsWith('main.js')),
)) {
  await writeFile(`${file.path}.${process.pid}`, file.contents);
  await rename(`${file.path}.${process.pid}`, file.path);
  written.add(basename(file.path));
}
for (const file of await readdir(DIST)) if (!written.has(file)) await rm(join(DIST, file), { recursive: true });
await chmod(join(ROOT, 'bin', 'trueup.js'), 0o755);

const kilobytes = outputFiles.reduce((sum, file) => sum + file.contents.length, 0) / 1024;
const seconds = (performance.now() - started) / 1000;
console.log(`built dist/: ${written.size} files, ${kilobytes.toFixed(0)} KB, ${seconds.toFixed(1)} s`);
