import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const DIST = join(import.meta.dirname, '..', '..', 'dist');

/** The packages whose code is in a file of the built command: esbuild names each file that it takes in. */
function packagesIn(file: string): readonly string[] {
  const text = readFileSync(join(DIST, file), 'utf8');
  const found = [...text.matchAll(/^\/\/ (?:.*\/)?node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm)];
  return [...new Set(found.map(([, name = '']) => name))];
}

describe('the built command', () => {
  const files = readdirSync(DIST);
  const packages = files.flatMap(packagesIn);

  it.each(['ssh2', 'cpu-features', '@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs'])(
    'holds nothing of %s',
    (name) => {
      expect(packages).toContain('dockerode');
      expect(packages.filter((found) => found === name || found.startsWith(`${name}/`))).toEqual([]);
    },
  );

  it('loads the client of a container engine only where one is spoken to', () => {
    expect(packagesIn('main.js')).not.toContain('dockerode');
    expect(packagesIn('main.js')).not.toContain('docker-modem');
  });
});
