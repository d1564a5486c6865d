/** Repos on this machine in all their forms: each commit is told of by the file system, for the next look is an hour away. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { builtInDrivers } from '../../../src/drivers/registry.ts';
import type { SignaturePolicy } from '../../../src/git/verify.ts';
import { type Clock, systemClock } from '../../../src/serve/clock.ts';
import { LocalSource } from '../../../src/serve/sources/local-source.ts';
import type { Declaration } from '../../../src/serve/sources/source.ts';
import { eventually } from '../../support/eventually.ts';
import { containing, emptyRepo, git, never, repoWith, scratchFolder, write } from '../git/scratch-repo.ts';
import { allowedSigners, gpgKeyring, hasProgram, signedCommit, sshKey } from '../git/signing.ts';

const FILE = 'environments/local/a.yaml';
const FILES = { [FILE]: 'services:\n  one: { process: { command: [sleep, "1000"] } }\n' };
const HOUR_MS = 3_600_000;

interface Followed {
  /** What was told of, in order: `commit …`, `lost …`, `back …`. */
  readonly told: readonly string[];
  /** What is declared now: the commit. */
  read(): Promise<string | null>;
  /** What is declared now; belongs to who asks. */
  declaration(): Promise<Declaration>;
  /** Ends following; what was read belongs to who has it. */
  leave(): void;
  /** Resolves once this was told. */
  tells(words: string): Promise<void>;
}

interface FollowOptions {
  readonly verify?: SignaturePolicy;
  readonly clock?: Clock;
  readonly pollMs?: number;
}

async function followed(directory: string, options: FollowOptions = {}): Promise<Followed> {
  vi.stubEnv('XDG_STATE_HOME', scratchFolder());
  const { verify, clock = systemClock(), pollMs = HOUR_MS } = options;
  const source = await LocalSource.open(
    {
      name: () => 'shop',
      directory,
      drivers: builtInDrivers,
      environment: process.env,
      inputs: { variables: {}, profiles: [] },
      clock,
      changing: false,
      pollMs,
      ...(verify === undefined ? {} : { verify: () => Promise.resolve(verify) }),
    },
    never,
  );
  const told: string[] = [];
  const ending = new AbortController();
  const watching = source.watch(
    {
      changed: ({ reason }) => void told.push(reason),
      lost: ({ why }) => void told.push(`lost ${why}`),
      back: (why) => void told.push(`back ${why}`),
    },
    ending.signal,
  );
  onTestFinished(async () => {
    ending.abort();
    await watching;
    await source[Symbol.asyncDispose]();
  });
  return {
    told,
    async read() {
      await using declaration = await source.read(never);
      return declaration.revision.commit;
    },
    declaration: () => source.read(never),
    leave: () => ending.abort(),
    async tells(words) {
      await eventually(
        () => told.some((text) => text.includes(words)),
        () => `"${words}" in ${told.join(' | ')}`,
      );
    },
  };
}

function commit(folder: string, files: Readonly<Record<string, string>> = {}): string {
  write(folder, files);
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--allow-empty', '--message', 'more');
  return git(folder, 'rev-parse', 'HEAD');
}

function short(hash: string): string {
  return `commit ${hash.slice(0, 12)}`;
}

/** A repo that is followed from its first commit on. */
async function served(folder: string): Promise<Followed> {
  const source = await followed(folder);
  await source.tells(short(git(folder, 'rev-parse', 'HEAD')));
  return source;
}

describe('a commit is noticed at once', () => {
  it('in a linked worktree, whose branch and no other counts', async () => {
    const main = repoWith(FILES);
    const linked = join(scratchFolder(), 'linked');
    git(main, 'worktree', 'add', '--quiet', '-b', 'topic/one', linked);
    const source = await served(linked);

    const elsewhere = commit(main, { more: 'there' });
    const here = commit(linked);
    await source.tells(short(here));

    expect(await source.read()).toBe(here);
    expect(source.told.join()).not.toContain(elsewhere.slice(0, 12));
  });

  it('where branches are packed', async () => {
    const folder = repoWith(FILES);
    git(folder, 'pack-refs', '--all');
    const source = await served(folder);

    await source.tells(short(commit(folder)));
    git(folder, 'gc', '--quiet');
    await source.tells(short(commit(folder)));

    expect(source.told.join()).not.toContain('lost');
  });

  it('on a detached head, on a branch with slashes that is new, on one that is called otherwise now', async () => {
    const folder = repoWith(FILES);
    const source = await served(folder);

    git(folder, 'checkout', '--quiet', '--detach');
    await source.tells(short(commit(folder)));
    git(folder, 'checkout', '--quiet', '-b', 'deep/er/branch');
    await source.tells(short(commit(folder)));
    git(folder, 'branch', '--move', 'deep/er/branch', 'other/name');
    await source.tells(short(commit(folder)));

    expect(source.told.join()).not.toContain('lost');
  });

  it('when a branch with other commits is checked out', async () => {
    const folder = repoWith(FILES);
    git(folder, 'checkout', '--quiet', '-b', 'topic');
    const topic = commit(folder, { more: 'of it' });
    git(folder, 'checkout', '--quiet', 'main');
    const source = await served(folder);

    git(folder, 'checkout', '--quiet', 'topic');

    await source.tells(short(topic));
  });

  it('in the folder of a submodule, which is a repo of its own', async () => {
    const inner = repoWith(FILES);
    const outer = repoWith({ README: 'words' });
    git(outer, 'submodule', '--quiet', 'add', inner, 'sub');
    git(outer, 'commit', '--quiet', '--message', 'with a submodule');
    const source = await served(join(outer, 'sub'));

    await source.tells(short(commit(join(outer, 'sub'))));
  });

  it('in a repo with ids of SHA-256', async () => {
    const folder = scratchFolder();
    git(folder, 'init', '--quiet', '--object-format=sha256');
    commit(folder, FILES);
    const source = await served(folder);

    await source.tells(short(commit(folder)));
  });

  it.skipIf(!canReftable())('in a repo that keeps its branches in a reftable', async () => {
    const folder = scratchFolder();
    git(folder, 'init', '--quiet', '--ref-format=reftable');
    commit(folder, FILES);
    const source = await served(folder);

    await source.tells(short(commit(folder)));
  });

  it('where 1,000 of them come at once, of which the last counts', async () => {
    const folder = repoWith(FILES);
    const source = await served(folder);
    const commits = Array.from({ length: 1000 }, (_, index) => {
      const from = index === 0 ? 'from refs/heads/main^0\n' : '';
      return `commit refs/heads/main\ncommitter T <t@example.com> ${index} +0000\ndata 1\nx\n${from}`;
    });

    execFileSync('git', ['fast-import', '--quiet', '--force'], { cwd: folder, input: commits.join('\n') });
    const last = git(folder, 'rev-parse', 'HEAD');

    await source.tells(short(last));
    expect(git(folder, 'rev-list', '--count', 'HEAD')).toBe('1001');
    expect(source.told.length).toBeLessThan(50);
  });
});

describe('where there is no commit', () => {
  it('says so, and begins with the first', async () => {
    const folder = emptyRepo();
    const source = await followed(folder);
    await expect(source.read()).rejects.toMatchObject({
      code: 'revision_not_found',
      next: containing('make a commit'),
    });
    await source.tells('main of');

    const first = commit(folder, FILES);

    await source.tells(short(first));
    expect(await source.read()).toBe(first);
  });

  it('holds to the last one while its branch is deleted, or another is begun', async () => {
    const folder = repoWith(FILES);
    const source = await served(folder);
    const before = git(folder, 'rev-parse', 'HEAD');

    git(folder, 'update-ref', '-d', 'refs/heads/main');
    await source.tells('lost main of');
    expect(await source.read()).toBe(before);
    git(folder, 'update-ref', 'refs/heads/main', before);
    await source.tells('back refs/heads/main');
    git(folder, 'checkout', '--quiet', '--orphan', 'fresh');
    await source.tells('lost fresh of');
    expect(await source.read()).toBe(before);

    await source.tells(short(commit(folder)));
  });

  it('refuses a bare repo, and says what to do instead', async () => {
    const bare = join(scratchFolder(), 'bare.git');
    git(repoWith(FILES), 'clone', '--quiet', '--bare', '.', bare);

    await expect(followed(bare)).rejects.toMatchObject({
      code: 'not_a_git_repository',
      message: containing('bare'),
      next: containing('worktree'),
    });
  });
});

describe.skipIf(!hasProgram('ssh-keygen'))('where the operator asks for signatures', () => {
  it('holds to the last commit that is signed with an allowed key', async () => {
    const folder = repoWith(FILES);
    const [mine, theirs] = [sshKey('mine'), sshKey('theirs')];
    const first = signedCommit(folder, mine);
    const source = await followed(folder, { verify: policy({ allowedSigners: allowedSigners([mine]) }) });
    await source.tells(short(first));

    signedCommit(folder, theirs);
    await source.tells('lost');
    const unsigned = commit(folder, { [FILE]: 'services: {}\n' });
    await source.tells(`lost ${short(unsigned)} is refused: it is not signed`);
    const bad = await source.read();
    const good = signedCommit(folder, mine);
    await source.tells('back');
    await source.tells(short(good));

    expect(bad).toBe(first);
    expect(source.told).not.toContain(short(unsigned));
    expect(await source.read()).toBe(good);
  });

  it('declares nothing where nothing was ever signed, or the keys cannot be read', async () => {
    const folder = repoWith(FILES);
    const key = sshKey('mine');
    const unsigned = await followed(folder, { verify: policy({ allowedSigners: allowedSigners([key]) }) });
    await unsigned.tells('not signed');
    signedCommit(folder, key);
    const keyless = await followed(folder, { verify: policy({ allowedSigners: join(folder, 'nowhere') }) });

    await expect(keyless.read()).rejects.toMatchObject({ code: 'signature_refused' });
  });

  it('holds nothing to a commit that is not signed, however healthy it was before signatures counted', async () => {
    const folder = repoWith(FILES);
    const key = sshKey('mine');
    const unsigned = git(folder, 'rev-parse', 'HEAD');
    const signed = signedCommit(folder, key);
    commit(folder, { [FILE]: `${FILES[FILE]}  two: { process: { command: [sleep, "1000"] } }\n` });
    git(folder, ...key.options, 'commit', '--quiet', '--amend', '--no-edit', '-S');
    const source = await followed(folder, { verify: policy({ allowedSigners: allowedSigners([key]) }) });
    await using declaration = await source.declaration();

    const held = await declaration.loadAt('local', signed, never);

    expect([...held.environment.resources.keys()]).toEqual(['service.one']);
    await expect(declaration.loadAt('local', unsigned, never)).rejects.toMatchObject({ code: 'signature_refused' });
  });

  it('has the settings of the signed commit, and none of what somebody wrote into the working tree', async () => {
    const key = sshKey('mine');
    const folder = repoWith({ ...FILES, 'trueup.yaml': 'reports: { keep: 7 }\n' });
    signedCommit(folder, key);
    write(folder, { 'trueup.yaml': 'folders: { environments: elsewhere, state: environments/state }\n' });
    const source = await followed(folder, { verify: policy({ allowedSigners: allowedSigners([key]) }) });

    await using declaration = await source.declaration();

    const { settings, state } = declaration.workspace;
    expect(settings.reports.keep).toBe(7);
    expect(state.path).toBe(join(folder, '.trueup'));
    expect(await declaration.names(never)).toEqual(['local']);
  });

  it('looks again, because a key may be revoked while nothing moves', async () => {
    const folder = repoWith(FILES);
    const key = sshKey('mine');
    const allowed = allowedSigners([key]);
    const first = signedCommit(folder, key);
    let now = 0;
    const clock: Clock = { ...systemClock(), now: () => now, after: (ms, call) => systemClock().after(ms, call) };
    const source = await followed(folder, { verify: policy({ allowedSigners: allowed }), clock, pollMs: 20 });
    await source.tells(short(first));

    writeFileSync(allowed, '');
    now += 600_000;

    await source.tells('lost');
    expect(await source.read()).toBe(first);
  });

  it.skipIf(!hasProgram('gpg'))('knows keys of GPG as well', async () => {
    const keyring = gpgKeyring();
    const [mine, theirs] = [keyring.key('mine'), keyring.key('theirs')];
    const folder = repoWith(FILES);
    const first = signedCommit(folder, mine);
    const source = await followed(folder, { verify: policy({ gpgKeys: [mine.file] }) });
    await source.tells(short(first));

    signedCommit(folder, theirs);

    await source.tells('lost');
    expect(await source.read()).toBe(first);
  });
});

function policy(keys: Partial<SignaturePolicy>): SignaturePolicy {
  return { mode: 'commit', allowedSigners: null, revokedSigners: null, gpgKeys: [], ...keys };
}

function canReftable(): boolean {
  const [, major = '0', minor = '0'] =
    /(\d+)\.(\d+)/.exec(execFileSync('git', ['--version'], { encoding: 'utf8' })) ?? [];
  return Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 45);
}

describe('what was read', () => {
  it('can be loaded from by a pass that goes on after the daemon has begun to leave', async () => {
    const folder = repoWith(FILES);
    const source = await served(folder);
    const made = commit(folder, { [FILE]: FILES[FILE].replace('one', 'two') });
    await source.tells(short(made));
    await using declaration = await source.declaration();

    source.leave();
    const { environment } = await declaration.load('local', never);

    expect([...environment.resources.keys()]).toContain('service.two');
  });
});
