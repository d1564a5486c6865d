import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseRemoteSpec, type RefOptions } from '../../../src/git/ref-spec.ts';
import { RemoteSource, type RemoteSourceOptions } from '../../../src/serve/sources/remote-source.ts';
import type { SourceTrouble } from '../../../src/serve/sources/source-trouble.ts';
import type { SourceChange } from '../../../src/serve/sources/source.ts';
import { builtInDrivers } from '../../../src/drivers/registry.ts';
import type { SignaturePolicy } from '../../../src/git/verify.ts';
import { type Clock, systemClock } from '../../../src/serve/clock.ts';
import { eventually } from '../../support/eventually.ts';
import type { HandMadeEntry } from '../../hostile/commits.ts';
import { handMadeCommit } from '../git/hand-made.ts';
import { tag, type TestRemote, testRemote } from '../git/remote-repo.ts';
import { containing, git, never, scratchFolder } from '../git/scratch-repo.ts';
import { allowedSigners, hasProgram, signedCommit, signedTag, sshKey } from '../git/signing.ts';

const SERVICE = 'services:\n  one: { process: { command: [sleep, "1000"] } }\n';
const FILES = { 'environments/one/a.yaml': SERVICE, 'environments/two/a.yaml': SERVICE, 'data/file': 'first' };

interface Told {
  readonly changes: SourceChange[];
  readonly lost: string[];
  readonly back: string[];
}

interface Opened {
  readonly source: RemoteSource;
  readonly told: Told;
  /** Begins to watch. */
  watch(): void;
  /** What is declared now: the commit. */
  read(): Promise<string | null>;
  close(): Promise<void>;
}

const home = (): string => {
  const folder = scratchFolder();
  vi.stubEnv('XDG_RUNTIME_DIR', folder);
  vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'));
  return folder;
};

async function opened(
  remote: Pick<TestRemote, 'url'>,
  folder: string,
  options: Partial<RemoteSourceOptions> & { readonly ref?: RefOptions } = {},
): Promise<Opened> {
  const { ref = {}, ...rest } = options;
  const environment = {
    ...process.env,
    HOME: folder,
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_CACHE_HOME: join(folder, 'cache'),
  };
  const source = await RemoteSource.open(
    {
      name: () => 'shop',
      spec: parseRemoteSpec(remote.url, ref),
      drivers: builtInDrivers,
      environment,
      inputs: { variables: {}, profiles: [] },
      clock: systemClock(),
      changing: true,
      pollMs: 50,
      limits: { silenceMs: 60_000, totalMs: 90_000, maxBytes: 64 * 1024 ** 2 },
      ...rest,
    },
    never,
  );
  const leaving = new AbortController();
  const told: Told = { changes: [], lost: [], back: [] };
  let watching = Promise.resolve();
  async function close(): Promise<void> {
    leaving.abort();
    await watching;
    await source[Symbol.asyncDispose]();
  }
  onTestFinished(close);
  return {
    source,
    told,
    close,
    watch() {
      const listener = {
        changed: (change: SourceChange) => void told.changes.push(change),
        lost: ({ why }: SourceTrouble) => void told.lost.push(why),
        back: (why: string) => void told.back.push(why),
      };
      watching = source.watch(listener, leaving.signal);
    },
    async read() {
      await using declaration = await source.read(never);
      return declaration.revision.commit;
    },
  };
}

describe('a repo that is served by URL', () => {
  it('declares what its default branch has, from a clone with its files', async () => {
    const remote = testRemote(FILES);
    const { source } = await opened(remote, home());

    await using declaration = await source.read(never);

    expect(await declaration.names(never)).toEqual(['one', 'two']);
    const { environment } = await declaration.load('one', never);
    expect(environment.revision).toEqual({ commit: git(remote.work, 'rev-parse', 'HEAD'), dirty: false });
    expect(readFileSync(join(source.root, 'data/file'), 'utf8')).toBe('first');
    expect(git(source.root, 'status', '--porcelain')).toBe('');
  });

  it('keeps what it remembers, and whose its objects are, beside the clone and not in the cache', async () => {
    const remote = testRemote(FILES);
    const folder = home();
    const first = await opened(remote, folder);
    await using declaration = await first.source.read(never);
    const { owners, state } = declaration.workspace;
    await first.close();
    rmSync(first.source.root, { recursive: true });
    rmSync(join(folder, 'cache'), { recursive: true });

    const second = await opened(remote, folder);
    await using again = await second.source.read(never);

    expect(again.workspace.owners).toEqual(owners);
    expect(owners).toHaveLength(1);
    expect(state.path.startsWith(join(folder, 'state'))).toBe(true);
    expect(state.path.startsWith(second.source.root)).toBe(false);
  });

  it('tells of a push, and whom it concerns', async () => {
    const remote = testRemote(FILES);
    const { source, told, watch, read } = await opened(remote, home());
    await read();
    watch();

    const commit = remote.push({ 'environments/two/a.yaml': `${SERVICE}# changed\n`, 'data/file': 'second' });

    const [change] = await eventually(() => told.changes.length > 0 && told.changes);
    expect(change?.reason).toBe(`commit ${commit.slice(0, 12)}`);
    expect(change?.concerns?.(['environments/two/a.yaml'], 'environments/two')).toBe(true);
    expect(change?.concerns?.(['environments/one/a.yaml'], 'environments/one')).toBe(false);
    expect(await read()).toBe(commit);
    expect(readFileSync(join(source.root, 'data/file'), 'utf8')).toBe('second');
  });

  it('goes on at its commits with the settings that were valid last where trueup.yaml has mistakes', async () => {
    const elsewhere = { 'manifests/one/a.yaml': SERVICE };
    const remote = testRemote({ ...elsewhere, 'trueup.yaml': 'folders: { environments: manifests }\n' });
    const { source, told, watch, read } = await opened(remote, home());
    await read();
    watch();

    const commit = remote.push({ 'trueup.yaml': 'foldres: {}\n', 'manifests/two/a.yaml': SERVICE });
    await eventually(async () => (await read()) === commit);

    await using declaration = await source.read(never);
    expect(await declaration.names(never)).toEqual(['one', 'two']);
    expect((await declaration.load('two', never)).environment.revision.commit).toBe(commit);
    const loaded = await declaration.settings?.();
    expect(loaded?.diagnostics[0]?.source).toMatchObject({ file: 'trueup.yaml', start: { line: 1 } });
    expect(told.lost).toEqual([]);
  });

  it('goes on with them after a restart, and says what is wrong where there never were any', async () => {
    const remote = testRemote({
      'manifests/one/a.yaml': SERVICE,
      'trueup.yaml': 'folders: { environments: manifests }\n',
    });
    remote.push({ 'trueup.yaml': 'foldres: {}\n' });
    remote.push({ 'trueup.yaml': 'fold: {}\n' });
    const { source } = await opened(remote, home());

    await using declaration = await source.read(never);

    expect(await declaration.names(never)).toEqual(['one']);
    const mistaken = await opened(testRemote({ 'trueup.yaml': 'foldres: {}\n' }), home());
    await expect(mistaken.read()).rejects.toMatchObject({ diagnostics: [{ source: { file: 'trueup.yaml' } }] });
  });

  it('has the settings of its commit, and none of what somebody wrote into the clone', async () => {
    const remote = testRemote(FILES);
    const { source, read } = await opened(remote, home());
    await read();
    writeFileSync(join(source.root, 'trueup.yaml'), 'folders: { environments: elsewhere }\n');

    await using declaration = await source.read(never);

    expect(await declaration.names(never)).toEqual(['one', 'two']);
  });

  it('is asked at once when somebody says that something was pushed', async () => {
    const remote = testRemote(FILES);
    const { source, told, watch, read } = await opened(remote, home(), { pollMs: 3_600_000 });
    await read();
    watch();
    const commit = remote.push({ 'data/file': 'second' });

    source.poke();

    await eventually(() => told.changes.length > 0);
    expect(await read()).toBe(commit);
  });

  it('follows a history that was rewritten, and says so', async () => {
    const remote = testRemote(FILES);
    remote.push({ 'data/file': 'second' });
    const { told, watch, read } = await opened(remote, home());
    const before = await read();
    watch();
    git(remote.work, 'reset', '--quiet', '--hard', 'HEAD~1');

    const commit = remote.push({ 'data/file': 'other' }, '--force');

    const [change] = await eventually(() => told.changes.length > 0 && told.changes);
    expect(change?.reason).toContain(`history rewritten: ${before?.slice(0, 12)}`);
    expect(await read()).toBe(commit);
  });

  it('says to everybody that a history was rewritten, also where no file is another one', async () => {
    const remote = testRemote(FILES);
    remote.push({ 'data/file': 'second' });
    const { told, watch, read } = await opened(remote, home());
    const before = await read();
    watch();
    git(remote.work, 'commit', '--quiet', '--amend', '--message', 'in other words');
    git(remote.work, 'push', '--quiet', '--force', 'origin', 'HEAD');

    const [change] = await eventually(() => told.changes.length > 0 && told.changes);
    expect(change?.reason).toContain(`history rewritten: ${before?.slice(0, 12)}`);
    const isMeant = change?.concerns?.(['environments/one/a.yaml'], 'environments/one') ?? true;
    expect(isMeant).toBe(true);
  });

  it('goes on to be what it was while the remote is gone, which is said once, and so is its return', async () => {
    const remote = testRemote(FILES);
    const { told, watch, read } = await opened(remote, home());
    const before = await read();
    watch();

    renameSync(remote.folder, `${remote.folder}.gone`);
    await eventually(() => told.lost.length > 0);
    expect(await read()).toBe(before);
    expect(told.lost[0]).toContain(`commit ${before?.slice(0, 12)} stays`);
    renameSync(`${remote.folder}.gone`, remote.folder);
    await eventually(() => told.back.length > 0);

    expect([told.lost.length, told.back.length, told.changes.length]).toEqual([1, 1, 0]);
  });

  it('is held where its branch is deleted', async () => {
    const remote = testRemote(FILES);
    git(remote.work, 'push', '--quiet', 'origin', 'HEAD:refs/heads/topic');
    const { told, watch, read } = await opened(remote, home(), { ref: { branch: 'topic' } });
    const before = await read();
    watch();

    git(remote.work, 'push', '--quiet', 'origin', ':topic');

    await eventually(() => told.lost.length > 0);
    expect(told.lost[0]).toContain('no longer has branch "topic"');
    expect(await read()).toBe(before);
  });

  it('moves on to a newer tag of its range', async () => {
    const remote = testRemote(FILES);
    tag(remote.work, 'v1.0.0');
    const { told, watch, read } = await opened(remote, home(), { ref: { semver: '1.x' } });
    await read();
    watch();
    const commit = remote.push({ 'data/file': 'second' });
    tag(remote.work, 'v1.1.0');

    await eventually(() => told.changes.length > 0);

    expect(told.changes[0]?.reason).toBe(`commit ${commit.slice(0, 12)} (tag v1.1.0)`);
    expect(await read()).toBe(commit);
  });

  it('goes back to the highest tag of its range that is left, and stays where none is', async () => {
    const remote = testRemote(FILES);
    const first = git(remote.work, 'rev-parse', 'HEAD');
    tag(remote.work, 'v1.0.0');
    const second = remote.push({ 'data/file': 'second' });
    tag(remote.work, 'v1.1.0');
    const { told, watch, read } = await opened(remote, home(), { ref: { semver: '1.x' } });
    expect(await read()).toBe(second);
    watch();

    git(remote.work, 'push', '--quiet', '--delete', 'origin', 'v1.1.0');
    await eventually(() => told.changes.length > 0);
    expect(told.changes[0]?.reason).toContain('(tag v1.0.0)');
    git(remote.work, 'push', '--quiet', '--delete', 'origin', 'v1.0.0');
    await eventually(() => told.lost.length > 0);

    expect(told.lost[0]).toMatch(new RegExp(`tag in 1[.]x; commit ${first.slice(0, 12)} stays$`));
    expect(await read()).toBe(first);
  });

  it('is taken up where it was after a restart, also without the remote', async () => {
    const remote = testRemote(FILES);
    const folder = home();
    const first = await opened(remote, folder);
    const commit = await first.read();
    await first.close();
    writeFileSync(join(first.source.root, 'data/file'), 'tampered with');
    rmSync(remote.folder, { recursive: true });

    const second = await opened(remote, folder);
    second.watch();

    expect(await second.read()).toBe(commit);
    expect(readFileSync(join(second.source.root, 'data/file'), 'utf8')).toBe('first');
    await eventually(() => second.told.lost.length > 0);
  });

  it('is an error where nothing of it was ever read', async () => {
    const { read } = await opened({ url: `file://${scratchFolder()}/nothing` }, home());

    await expect(read()).rejects.toMatchObject({ code: 'remote_denied' });
  });

  it('is served by one process at a time', async () => {
    const remote = testRemote(FILES);
    const folder = home();
    await opened(remote, folder);

    await expect(opened({ url: `${remote.url}/` }, folder)).rejects.toMatchObject({
      code: 'locked',
      message: containing(`${remote.url}/ is served by pid ${process.pid}`),
    });
  });

  it('keeps what services wrote beside its files, whatever becomes of the clone', async () => {
    const remote = testRemote(FILES);
    const folder = home();
    const first = await opened(remote, folder);
    await first.read();
    const { root } = first.source;
    mkdirSync(join(root, 'data', 'db'));
    writeFileSync(join(root, 'data', 'db', 'rows'), 'precious');
    await first.close();
    rmSync(join(root, '.git', 'objects'), { recursive: true });
    const commit = remote.push({ 'data/file': 'second' });

    const second = await opened(remote, folder);

    expect(await second.read()).toBe(commit);
    expect(readFileSync(join(root, 'data', 'db', 'rows'), 'utf8')).toBe('precious');
    expect(readFileSync(join(root, 'data', 'file'), 'utf8')).toBe('second');
  });

  it('comes again from the remote where the cache is damaged without showing it', async () => {
    const remote = testRemote(FILES);
    const folder = home();
    const first = await opened(remote, folder);
    await first.read();
    await first.close();
    const [key = ''] = readdirSync(join(folder, 'cache', 'trueup', 'git'));
    const objects = join(folder, 'cache', 'trueup', 'git', key, 'objects');
    for (const name of readdirSync(objects).filter((entry) => entry.length === 2)) {
      for (const object of readdirSync(join(objects, name))) rmSync(join(objects, name, object));
    }
    rmSync(first.source.root, { recursive: true });

    const second = await opened(remote, folder);

    expect(await second.read()).toBe(git(remote.work, 'rev-parse', 'HEAD'));
  });
});

describe('the pauses between two looks', () => {
  /** A clock whose pauses are noted, and over when somebody says so. */
  function pausing(): { readonly clock: Clock; readonly pauses: number[]; next(): void } {
    const pauses: number[] = [];
    let over: () => void = () => undefined;
    const clock: Clock = {
      ...systemClock(),
      random: () => 0.5,
      after(milliseconds, call) {
        pauses.push(milliseconds);
        over = call;
        return { [Symbol.dispose]: () => undefined };
      },
    };
    return { clock, pauses, next: () => over() };
  }

  it('grow while the remote is gone, and are what they were once it is back', async () => {
    const remote = testRemote(FILES);
    const { clock, pauses, next } = pausing();
    const { watch, read, told } = await opened(remote, home(), { clock, pollMs: 60_000 });
    await read();
    watch();
    await eventually(() => pauses.length === 1);
    renameSync(remote.folder, `${remote.folder}.gone`);

    for (let looks = 1; looks <= 3; looks += 1) {
      next();
      await eventually(() => pauses.length === looks + 1);
    }
    renameSync(`${remote.folder}.gone`, remote.folder);
    next();
    await eventually(() => pauses.length === 5);

    expect(pauses).toEqual([60_000, 875, 1750, 3500, 60_000]);
    expect([told.lost.length, told.back.length]).toEqual([1, 1]);
  });

  it('do not exist for a commit, which cannot change', async () => {
    const remote = testRemote(FILES);
    const commit = git(remote.work, 'rev-parse', 'HEAD');
    const { clock, pauses } = pausing();
    const { watch, read, close } = await opened(remote, home(), { clock, ref: { commit: commit.slice(0, 10) } });
    await read();
    watch();
    await close();

    expect(pauses).toEqual([]);
  });
});

describe.skipIf(!hasProgram('ssh-keygen'))('a repo whose commits are verified', () => {
  it('stays at the last verified commit until a verified one follows', async () => {
    const key = sshKey('one');
    const remote = testRemote(FILES);
    const good = signedCommit(remote.work, key);
    git(remote.work, 'push', '--quiet', 'origin', 'HEAD');
    const verify: SignaturePolicy = {
      mode: 'commit',
      allowedSigners: allowedSigners([key]),
      revokedSigners: null,
      gpgKeys: [],
    };
    const { source, told, watch, read } = await opened(remote, home(), { verify });
    expect(await read()).toBe(good);
    watch();

    const bad = remote.push({ 'data/file': 'evil' });
    await eventually(() => told.lost.length > 0);
    expect(told.lost[0]).toContain(
      `commit ${bad.slice(0, 12)} is refused: it is not signed; commit ${good.slice(0, 12)} stays`,
    );
    expect(await read()).toBe(good);
    expect(readFileSync(join(source.root, 'data/file'), 'utf8')).toBe('first');
    const worse = remote.push({ 'data/file': 'worse' });
    await eventually(() => told.lost.length > 1);
    expect(told.lost[1]).toContain(`commit ${worse.slice(0, 12)} is refused: it is not signed`);
    const next = signedCommit(remote.work, key);
    git(remote.work, 'push', '--quiet', 'origin', 'HEAD');

    await eventually(() => told.changes.length > 0);
    expect(await read()).toBe(next);
    expect(told.back).toHaveLength(1);
  });

  it('is not taken up after a restart under keys that do not allow it any more', async () => {
    const [old, fresh] = [sshKey('old'), sshKey('fresh')];
    const remote = testRemote(FILES);
    signedCommit(remote.work, old);
    git(remote.work, 'push', '--quiet', 'origin', 'HEAD');
    const folder = home();
    const policy = { mode: 'commit', revokedSigners: null, gpgKeys: [] } as const;
    const first = await opened(remote, folder, { verify: { ...policy, allowedSigners: allowedSigners([old]) } });
    await first.read();
    await first.close();

    const second = await opened(remote, folder, { verify: { ...policy, allowedSigners: allowedSigners([fresh]) } });

    await expect(second.read()).rejects.toMatchObject({ code: 'signature_refused' });
  });
});

describe.skipIf(!hasProgram('ssh-keygen'))('what was in place once and is held to', () => {
  const keys = { revokedSigners: null, gpgKeys: [] } as const;

  it('counts no more than anything else where it is not signed', async () => {
    const key = sshKey('one');
    const remote = testRemote(FILES);
    const unsigned = git(remote.work, 'rev-parse', 'HEAD');
    const signed = signedCommit(remote.work, key);
    const newest = signedCommit(remote.work, key);
    git(remote.work, 'push', '--quiet', 'origin', 'HEAD');
    const verify = { mode: 'commit', allowedSigners: allowedSigners([key]), ...keys } as const;
    const { source } = await opened(remote, home(), { verify });
    await using declaration = await source.read(never);

    const held = await declaration.loadAt('one', signed, never);

    expect(declaration.revision.commit).toBe(newest);
    expect(held.environment.revision.commit).toBe(signed);
    await expect(declaration.loadAt('one', unsigned, never)).rejects.toMatchObject({ code: 'signature_refused' });
  });

  it('counts by the tag that named it where tags are signed', async () => {
    const key = sshKey('one');
    const remote = testRemote(FILES);
    const push = (name: string): void => {
      signedTag(remote.work, key, name);
      git(remote.work, 'push', '--quiet', 'origin', `refs/tags/${name}`);
    };
    const first = git(remote.work, 'rev-parse', 'HEAD');
    push('v1.0.0');
    const between = remote.push({ 'data/file': 'between' });
    const verify = { mode: 'tag', allowedSigners: allowedSigners([key]), ...keys } as const;
    const { read, source } = await opened(remote, home(), { verify, ref: { semver: '^1.0' }, pollMs: 20 });
    expect(await read()).toBe(first);
    const newest = remote.push({ 'data/file': 'second' });
    push('v1.1.0');
    const ending = new AbortController();
    const listener = { changed: () => undefined, lost: () => undefined, back: () => undefined };
    const watching = source.watch(listener, ending.signal);
    await eventually(async () => (await read()) === newest, 'the second version');
    ending.abort();
    await watching;
    await using declaration = await source.read(never);

    const held = await declaration.loadAt('one', first, never);

    expect(held.environment.revision.commit).toBe(first);
    await expect(declaration.loadAt('one', between, never)).rejects.toMatchObject({ code: 'signature_refused' });
  });
});

it('a remote that sent more than it may is not asked again for hours, and after a word for minutes', async () => {
  const remote = testRemote({ ...FILES, big: randomBytes(2 ** 20).toString('hex') });
  let now = 1;
  const clock: Clock = { ...systemClock(), now: () => now };
  const limits = { silenceMs: 60_000, totalMs: 120_000, maxBytes: 2 ** 20 };
  const { source, read } = await opened(remote, home(), { clock, limits });
  await expect(read()).rejects.toMatchObject({ code: 'remote_too_large' });
  renameSync(remote.folder, `${remote.folder}.gone`);

  now += 3_600_000;
  await expect(read()).rejects.toMatchObject({ code: 'remote_too_large' });
  source.poke();
  await expect(read()).rejects.toMatchObject({ code: 'remote_denied' });

  renameSync(`${remote.folder}.gone`, remote.folder);
  await expect(read()).rejects.toMatchObject({ code: 'remote_too_large' });
  git(remote.work, 'rm', '--quiet', 'big');
  git(remote.work, 'commit', '--quiet', '--amend', '--no-edit');
  git(remote.work, 'push', '--quiet', '--force', 'origin', 'HEAD');
  source.poke();
  now += 500_000;
  await expect(read()).rejects.toMatchObject({ code: 'remote_too_large' });
  now += 200_000;
  expect(await read()).toBe(git(remote.work, 'rev-parse', 'HEAD'));
});

describe('a commit that is refused', () => {
  /** Trees of which the first is refused as it comes in, and the second only by who puts it into place. */
  const refused: readonly (readonly [string, readonly HandMadeEntry[]])[] = [
    ['as it comes in', [['40000', '..', [['100644', 'escaped', 'x']]]]],
    ['where its files would be put', [['100644', 'x'.repeat(300), 'x']]],
  ];

  it.each(refused)('%s takes nothing of what is held with it, nor after a restart', async (_, tree) => {
    const remote = testRemote(FILES);
    const folder = home();
    const first = await opened(remote, folder);
    const held = await first.read();
    first.watch();
    handMadeCommit(remote.folder, tree);

    await eventually(() => first.told.lost.length > 0);

    expect(first.told.lost[0]).toContain('is refused');
    expect(await first.read()).toBe(held);
    expect(git(first.source.root, 'cat-file', '-t', held ?? '')).toBe('commit');
    expect(git(first.source.root, 'status', '--porcelain')).toBe('');
    await first.close();
    const second = await opened(remote, folder);
    expect(await second.read()).toBe(held);
    expect(readFileSync(join(second.source.root, 'data/file'), 'utf8')).toBe('first');
  });

  it.each(refused)('%s is not tried again at every look', async (_, tree) => {
    const remote = testRemote(FILES);
    let now = 1;
    const clock: Clock = { ...systemClock(), now: () => now };
    const { source, read } = await opened(remote, home(), { clock });
    handMadeCommit(remote.folder, tree);
    await expect(read()).rejects.toMatchObject({ code: 'commit_refused' });
    const objects = git(remote.folder, 'rev-parse', 'HEAD^{tree}');
    rmSync(join(remote.folder, 'objects', objects.slice(0, 2)), { recursive: true });

    now += 3_600_000;
    await expect(read()).rejects.toMatchObject({ code: 'commit_refused' });
    remote.push({ 'data/file': 'second' }, '--force');
    source.poke();
    now += 600_000;

    expect(await read()).toBe(git(remote.work, 'rev-parse', 'HEAD'));
  });

  it('is told once, and so is the next', async () => {
    const remote = testRemote(FILES);
    const { read, watch, told } = await opened(remote, home(), { pollMs: 20 });
    await read();
    watch();
    const first = handMadeCommit(remote.folder, [['100644', 'x'.repeat(300), 'x']]);
    await eventually(() => told.lost.some((why) => why.includes(first.slice(0, 12))), 'the first');
    const second = handMadeCommit(remote.folder, [['100644', 'y'.repeat(300), 'x']]);
    await eventually(() => told.lost.some((why) => why.includes(second.slice(0, 12))), 'the second');

    expect(told.lost.length).toBe(2);
  });
});

it('nothing of a repo of others is fetched over a transport that is not for them', async () => {
  const remote = testRemote(FILES);
  const folder = home();
  // What a policy says does not matter here: nothing is ever read.
  const foreign = {} as NonNullable<RemoteSourceOptions['foreign']>;
  const { read } = await opened(remote, folder, { foreign });

  await expect(read()).rejects.toMatchObject({ code: 'transport_refused' });
  expect(existsSync(join(folder, 'cache'))).toBe(false);
});
