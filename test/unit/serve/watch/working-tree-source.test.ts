/** A working tree that is watched: whom what is told of concerns. Real files, and the file system's own word of them. */
import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { builtInDrivers } from '../../../../src/drivers/registry.ts';
import type { DesiredEnvironment } from '../../../../src/model/desired.ts';
import { systemClock } from '../../../../src/serve/clock.ts';
import type { SourceChange } from '../../../../src/serve/sources/source.ts';
import { WorkingTreeSource } from '../../../../src/serve/watch/working-tree-source.ts';
import { eventually } from '../../../support/eventually.ts';
import { git, never, repoWith, scratchFolder, write } from '../../git/scratch-repo.ts';

const FILE = 'environments/local/environment.yaml';
const FOLDER = 'environments/local';
const MANIFEST = `environment_variables: { TOKEN: { secret: true, source: file, value: ../../token } }
services:
  one:
    container: { image: "busybox:1" }
    environment_variables: { A: "\${A}" }
    storage: { volumes: ["../../site:/site", "../../one.conf:/one.conf:ro"] }
`;
const FILES = { [FILE]: MANIFEST, '.env': 'A=1\n', token: 'one\n', 'one.conf': 'a\n', 'site/index.html': 'hello\n' };

const AGAIN_MS = 500;

interface Watched {
  readonly folder: string;
  /** All that was told of, in order. */
  readonly told: readonly SourceChange[];
  load(): Promise<DesiredEnvironment>;
  /** Whether what this does concerns who carries out what was read; resolves once it was told of. */
  concerns(read: DesiredEnvironment, act: () => void, isMeant: boolean): Promise<boolean>;
}

async function watched(): Promise<Watched> {
  const folder = repoWith(FILES);
  vi.stubEnv('XDG_STATE_HOME', scratchFolder());
  const source = await WorkingTreeSource.open(
    {
      directory: folder,
      drivers: builtInDrivers,
      environment: process.env,
      inputs: { variables: {}, profiles: [] },
      clock: systemClock(),
      changing: false,
      names: [],
      debounceMs: 20,
      onNote: () => undefined,
    },
    never,
  );
  const told: SourceChange[] = [];
  const ending = new AbortController();
  const load = async (): Promise<DesiredEnvironment> => {
    await using declaration = await source.read(never);
    return (await declaration.load('local', never)).environment;
  };
  await load();
  const watching = source.watch({ changed: (change) => void told.push(change), lost() {}, back() {} }, ending.signal);
  onTestFinished(async () => {
    ending.abort();
    await watching;
    await source[Symbol.asyncDispose]();
  });
  // Once something is told of, it is watched.
  await eventually(
    again(
      () => touch(folder, FILE),
      () => told.length > 0,
    ),
    'to be watched',
  );
  return {
    folder,
    told,
    load,
    async concerns(read, act, isMeant) {
      const from = told.length;
      act();
      const judged = (): readonly boolean[] =>
        told.slice(from).map((change) => change.concerns?.(read.files, read.folder, read) ?? true);
      if (isMeant) await eventually(() => judged().includes(true), 'to be told of what is another');
      // Nothing is other than it was: not each of such events is told.
      else
        await eventually(
          again(act, () => judged().length > 0, AGAIN_MS),
          'to be told of it',
        );
      return judged().includes(true);
    },
  };
}

/** Acts now and then, after a first pause, until it is so: what is done all the time is gathered, and told late. */
function again(act: () => void, isSo: () => boolean, pause = 0): () => boolean {
  let next = performance.now() + pause;
  return () => {
    if (performance.now() >= next) {
      act();
      next = performance.now() + AGAIN_MS;
    }
    return isSo();
  };
}

/** As editors save: under another name first. */
function save(folder: string, file: string, text: string): void {
  writeFileSync(join(folder, `${file}.tmp`), text);
  renameSync(join(folder, `${file}.tmp`), join(folder, file));
}

function touch(folder: string, file: string): void {
  const now = new Date();
  utimesSync(join(folder, file), now, now);
}

it.each<[string, (folder: string) => void]>([
  ['a manifest that is touched', (folder) => touch(folder, FILE)],
  ['a manifest that is saved with the same content', (folder) => save(folder, FILE, MANIFEST)],
  ['a mounted file whose content counts, saved with the same', (folder) => save(folder, 'one.conf', 'a\n')],
  ['an env file that is saved with the same content', (folder) => save(folder, '.env', 'A=1\n')],
])('concerns nobody who carries out the same: %s', async (_what, act) => {
  const { folder, load, concerns } = await watched();
  const read = await load();

  expect(await concerns(read, () => act(folder), false)).toBe(false);
});

it.each<[string, (folder: string) => void]>([
  ['a manifest', (folder) => save(folder, FILE, MANIFEST.replace('busybox:1', 'busybox:2'))],
  ['a manifest beside it', (folder) => write(folder, { [`${FOLDER}/more.yaml`]: '{}\n' })],
  ['a manifest that is gone', (folder) => rmSync(join(folder, FILE))],
  ['a mounted file whose content counts', (folder) => save(folder, 'one.conf', 'b\n')],
  ['another folder in place of the mounted one', (folder) => replaceFolder(folder, 'site')],
  ['an env file', (folder) => save(folder, '.env', 'A=2\n')],
  ['an env file that is gone', (folder) => rmSync(join(folder, '.env'))],
  ['a file of a secret', (folder) => save(folder, 'token', 'two\n')],
])('concerns who carries out what was before: %s', async (_what, act) => {
  const { folder, load, concerns } = await watched();
  const read = await load();

  expect(await concerns(read, () => act(folder), true)).toBe(true);
});

it('concerns who carries out what was before, whoever else has read it since', async () => {
  const { folder, load, concerns } = await watched();
  const read = await load();
  write(folder, { [FILE]: MANIFEST.replace('busybox:1', 'busybox:2') });
  const newer = await load();

  expect(await concerns(read, () => touch(folder, FILE), true)).toBe(true);
  expect(await concerns(newer, () => touch(folder, FILE), false)).toBe(false);
});

it('has nothing new to say with a commit of what was saved before', async () => {
  const { folder, load, told } = await watched();
  save(folder, FILE, MANIFEST.replace('busybox:1', 'busybox:2'));
  const read = await load();
  const ofGit = (): readonly SourceChange[] => told.filter(({ kind }) => kind === 'git');

  git(folder, 'commit', '--quiet', '--all', '--message', 'what was saved');
  await eventually(() => ofGit().length === 1, 'to be told of the commit');
  expect(ofGit()[0]?.isWord?.(read)).toBe(false);

  git(folder, 'reset', '--quiet', '--hard', 'HEAD~1');
  await eventually(() => ofGit().length === 2, 'to be told of the commit before');
  expect(ofGit()[1]?.isWord?.(read)).toBe(true);
});

function replaceFolder(folder: string, name: string): void {
  renameSync(join(folder, name), join(folder, `${name}.before`));
  mkdirSync(join(folder, name));
}
