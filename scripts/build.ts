/** Builds the command into dist/: generated code first, then one file. */
import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { generate } from './generate.ts';
import { leaveOut } from './leave-out.ts';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const BUNDLE = join(DIST, 'main.cjs');

const started = performance.now();
await generate();
const { outputFiles } = await build({
  absWorkingDir: ROOT,
  entryPoints: ['src/cli/main.ts'],
  outfile: BUNDLE,
  // One file, in which what is imported lazily is evaluated when it is: to find and link sixty chunks took a third of a
  // command. CommonJS, since an ES module evaluates every export of a built-in module that it imports a name from.
  bundle: true,
  format: 'cjs',
  write: false,
  platform: 'node',
  target: 'node24',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'eof',
  banner: { js: "const __trueupUrl = require('node:url').pathToFileURL(__filename).href;" },
  plugins: [leaveOut],
  define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__trueupUrl' },
});

const contents = outputFiles[0]?.contents ?? new Uint8Array();
await mkdir(DIST, { recursive: true });
// Whole: whoever starts the command meanwhile sees the old build or the new one.
await writeFile(`${BUNDLE}.${process.pid}`, contents);
await rename(`${BUNDLE}.${process.pid}`, BUNDLE);
for (const file of await readdir(DIST)) if (file !== basename(BUNDLE)) await rm(join(DIST, file), { recursive: true });
await chmod(join(ROOT, 'bin', 'trueup.cjs'), 0o755);

const seconds = (performance.now() - started) / 1000;
console.log(`built dist/main.cjs: ${(contents.length / 1024).toFixed(0)} KB, ${seconds.toFixed(1)} s`);
