import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratchRepo, TRUEUP } from '../support/cli.ts';

const BUNDLE = join(import.meta.dirname, '..', '..', 'dist', 'main.cjs');

const KUBERNETES = '@kubernetes/client-node';
/** The file beside the bundle that holds it. */
const KUBERNETES_CLIENT = 'kubernetes-client.cjs';
/** The drivers of VMs and clusters. */
const MACHINES = ['libvirt', 'lima', 'kwok', 'kind', 'kubernetes'].map((name) => `src/drivers/${name}`);

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly ranges: readonly { readonly count: number; readonly startOffset: number }[];
    }[];
  }[];
}

function scratch(): string {
  return mkdtempSync(join(tmpdir(), 'trueup-bundle-'));
}

function run(args: readonly string[], variables: NodeJS.ProcessEnv): string {
  const env = { ...process.env, ...variables };
  const { status, stdout, stderr } = spawnSync(process.execPath, [TRUEUP, ...args], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** The package that a source file is of, or the driver. */
function packageOf(source: string): readonly string[] {
  const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source) ?? /(src\/drivers\/\w+)\//.exec(source);
  return found?.[1] === undefined ? [] : [found[1]];
}

function sourceMap(): SourceMap {
  return new SourceMap(JSON.parse(readFileSync(`${BUNDLE}.map`, 'utf8')) as SourceMapPayload);
}

/** The source file of what begins at an offset of the bundle; empty for what the bundler put there itself. */
function sourceLookup(): (offset: number) => string {
  const map = sourceMap();
  const starts = [0];
  for (const { index } of readFileSync(BUNDLE, 'utf8').matchAll(/\n/g)) starts.push(index + 1);
  return (offset) => {
    const line = starts.findLastIndex((start) => start <= offset);
    const column = offset - (starts[line] ?? 0);
    const entry = map.findEntry(line, column);
    return 'originalSource' in entry && entry.generatedColumn === column ? entry.originalSource : '';
  };
}

/** The packages of which a command calls a function, and the files beside the bundle that it loads. */
function calledBy(args: readonly string[], variables: NodeJS.ProcessEnv = {}): ReadonlySet<string> {
  const folder = scratch();
  run(args, { ...variables, NODE_V8_COVERAGE: folder, NODE_DISABLE_COMPILE_CACHE: '1' });
  const sourceAt = sourceLookup();
  const reports = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Coverage);
  const called = reports
    .flatMap(({ result }) => result.filter(({ url }) => url.endsWith('/main.cjs')))
    .flatMap(({ functions }) => functions.flatMap(({ ranges: [whole] }) => whole ?? []))
    .filter(({ count }) => count > 0);
  const files = reports.flatMap(({ result }) => result.map(({ url }) => url.slice(url.lastIndexOf('/') + 1)));
  return new Set([...files, ...called.flatMap(({ startOffset }) => packageOf(sourceAt(startOffset)))]);
}

describe('the built command', () => {
  it.each(['ssh2', 'cpu-features', '@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs'])(
    'holds nothing of %s',
    (name) => {
      const packages = new Set(sourceMap().payload.sources.flatMap(packageOf));

      expect(packages).toContain('dockerode');
      expect(packages).not.toContain(name);
    },
  );

  it('imports nothing on its way, which Node would warn of', () => {
    expect(/\bimport\(/.test(readFileSync(BUNDLE, 'utf8'))).toBe(false);
  });

  it('loads the client of a container engine only where one is spoken to', () => {
    const called = calledBy(['schema']);

    expect(called).toContain('commander');
    expect(called).not.toContain('dockerode');
    expect(called).not.toContain('docker-modem');
  });

  it.each(['plan', 'drift', 'status'])(
    'loads nothing of the client of Kubernetes, or of the drivers of machines, for `%s` without clusters and VMs',
    async (command) => {
      const manifest = 'services: { web: { process: { command: [sleep, "1"] } } }\n';
      await using repo = await scratchRepo({ 'environments/local/environment.yaml': manifest });

      const called = calledBy([command, '-C', repo.root], repo.env);

      const packages = new Set(sourceMap().payload.sources.flatMap(packageOf));
      expect(called).toContain('main.cjs');
      expect(called).toContain('commander');
      expect(called).not.toContain(KUBERNETES_CLIENT);
      expect(existsSync(join(BUNDLE, '..', KUBERNETES_CLIENT))).toBe(true);
      expect(packages).not.toContain(KUBERNETES);
      expect([...packages]).toEqual(expect.arrayContaining(MACHINES));
      expect(MACHINES.filter((name) => called.has(name))).toEqual([]);
      expect(called).toContain('src/drivers/process');
    },
  );
});

describe('the code cache', () => {
  const cached = (base: string): readonly string[] =>
    existsSync(join(base, 'trueup'))
      ? readdirSync(join(base, 'trueup', 'code-cache'), { recursive: true }).map(String)
      : [];

  it('is made by a command that ends well, one for each', () => {
    const base = scratch();

    run(['schema'], { XDG_CACHE_HOME: base });
    run(['schema'], { XDG_CACHE_HOME: base });

    const names = cached(base).map((name) => name.replace(/^[0-9a-f]{16}-v[\d.]+-\w+/, 'build'));
    expect(names.toSorted()).toEqual(['build', 'build/schema']);
  });

  it('is not made by what is no command', () => {
    const base = scratch();

    expect(() => run(['scheme'], { XDG_CACHE_HOME: base })).toThrow('scheme');

    expect(cached(base)).toEqual([]);
  });

  it('is made anew where it is torn, and does not harm', () => {
    const base = scratch();
    const expected = run(['schema'], { XDG_CACHE_HOME: base });
    const file = join(base, 'trueup', 'code-cache', cached(base).find((name) => name.endsWith('schema')) ?? '');
    const whole = readFileSync(file).length;
    truncateSync(file, 1000);

    expect(run(['schema'], { XDG_CACHE_HOME: base })).toBe(expected);

    expect(readFileSync(file).length).toBeGreaterThan(whole / 2);
    expect(readFileSync(file).length).toBeLessThan(whole * 2);
  });

  it('is made anew where a part of it never got to the disk', () => {
    const base = scratch();
    const expected = run(['schema'], { XDG_CACHE_HOME: base });
    const file = join(base, 'trueup', 'code-cache', cached(base).find((name) => name.endsWith('schema')) ?? '');
    const whole = readFileSync(file);
    writeFileSync(file, Buffer.from(whole).fill(0, whole.length / 2));

    expect(run(['schema'], { XDG_CACHE_HOME: base })).toBe(expected);

    expect(
      readFileSync(file)
        .subarray(whole.length / 2)
        .some((byte) => byte !== 0),
    ).toBe(true);
  });

  it('is never kept in the folder that a command runs in', () => {
    const [folder, home] = [scratch(), scratch()];

    spawnSync(process.execPath, [TRUEUP, 'schema'], {
      cwd: folder,
      env: { ...process.env, HOME: home, XDG_CACHE_HOME: 'cache' },
    });

    expect(readdirSync(folder)).toEqual([]);
    expect(cached(join(home, '.cache')).length).toBeGreaterThan(0);
  });

  it('is done without where it cannot be written', () => {
    const base = scratch();
    writeFileSync(join(base, 'file'), '');

    expect(run(['schema'], { XDG_CACHE_HOME: join(base, 'file') })).toBe(run(['schema'], { XDG_CACHE_HOME: base }));
  });
});
