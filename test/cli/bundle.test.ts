import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { TRUEUP } from '../support/cli.ts';

const BUNDLE = join(import.meta.dirname, '..', '..', 'dist', 'main.cjs');

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly { readonly count: number }[];
    }[];
  }[];
}

/** A module of the bundle is a function that is named after its file. */
function packageOf(name: string): readonly string[] {
  const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(name)?.[1];
  return found === undefined ? [] : [found];
}

/** The packages that a command evaluates something of. */
function evaluatedBy(...args: readonly string[]): ReadonlySet<string> {
  const folder = mkdtempSync(join(tmpdir(), 'trueup-coverage-'));
  const env = { ...process.env, NODE_V8_COVERAGE: folder, NODE_DISABLE_COMPILE_CACHE: '1' };
  const { status, stderr } = spawnSync(process.execPath, [TRUEUP, ...args], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const reports = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Coverage);
  const functions = reports
    .flatMap(({ result }) => result.filter(({ url }) => url.endsWith('/main.cjs')))
    .flatMap((script) => script.functions);
  const called = functions.filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0);
  return new Set(called.flatMap(({ functionName }) => packageOf(functionName)));
}

describe('the built command', () => {
  let packages: ReadonlySet<string>;

  beforeAll(() => {
    const names = readFileSync(BUNDLE, 'utf8').matchAll(/"([^"\n]*node_modules\/[^"\n]*)"\(/g);
    packages = new Set([...names].flatMap(([, name = '']) => packageOf(name)));
  });

  it.each(['ssh2', 'cpu-features', '@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs'])(
    'holds nothing of %s',
    (name) => {
      expect(packages).toContain('dockerode');
      expect(packages).not.toContain(name);
    },
  );

  it('loads the client of a container engine only where one is spoken to', () => {
    const evaluated = evaluatedBy('schema');

    expect(evaluated).toContain('commander');
    expect(evaluated).not.toContain('dockerode');
    expect(evaluated).not.toContain('docker-modem');
  });
});
