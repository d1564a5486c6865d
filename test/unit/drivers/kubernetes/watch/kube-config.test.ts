import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const HOOK = `import { registerHooks } from 'node:module';
registerHooks({ load(url, context, next) { if (url.includes('@kubernetes/')) console.log(url); return next(url, context); } });`;

const FOLDER = new URL('../../../../../src/drivers/kubernetes/', import.meta.url).href;

test('nothing of the client is loaded before something is watched', async () => {
  const calls = [
    'api/connect.ts',
    'addons/apply.ts',
    'ladder/climb.ts',
    'watch/keep-cluster.ts',
    'watch/watch-lines.ts',
  ];

  expect(await loadedBy(calls.map((file) => `await import('${FOLDER}${file}');`).join(''))).toBe('');
  const watches = `(await import('${FOLDER}watch/watch-lines.ts')).watchesOf('{}').catch(() => undefined)`;
  expect(await loadedBy(`await ${watches}`)).toContain('@kubernetes/client-node');
});

async function loadedBy(program: string): Promise<string> {
  const args = ['--import', `data:text/javascript,${encodeURIComponent(HOOK)}`, '--input-type=module', '-e', program];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}
