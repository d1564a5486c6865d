import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { BESIDE_ONE, dockerParts } from '../../../scripts/docker-parts.ts';
import { leftOut } from '../../../scripts/long-suites.ts';
import { layOutParts, takePart } from '../../../scripts/part-queue.ts';

it('parts are taken in their order, each once, whoever asks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trueup-parts-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const parts = Array.from({ length: 12 }, (_, index) => ({ title: `part ${index}`, args: [`${index}`] }));

  layOutParts(folder, parts);

  expect(parts.map(() => takePart(folder))).toEqual(parts);
  expect(takePart(folder)).toBeNull();
});

it('every file of the docker tests is a part beside both generations, or beside the one that is enough', () => {
  const files = globSync('test/engines/{docker,kind}/**/*.test.ts')
    .filter((file) => !leftOut([]).includes(file))
    .toSorted();
  const beside = (kind: 'debian' | 'current'): readonly string[] =>
    dockerParts(kind, []).flatMap(({ args }) => args.filter((word) => word.endsWith('.test.ts')));
  const both = [...beside('debian'), ...beside('current')];
  const kinds = files.filter((file) => file.startsWith('test/engines/kind/'));
  const once = new Set([...kinds, ...Object.keys(BESIDE_ONE).map((name) => `test/engines/docker/${name}.test.ts`)]);

  expect([...new Set(both)].toSorted()).toEqual(files);
  expect(both.length).toBe(2 * files.length - once.size);
  expect(beside('debian')).toContain('test/engines/docker/bad-luck.test.ts');
  expect(beside('current')).not.toContain('test/engines/docker/bad-luck.test.ts');
});

it('what takes longest is begun first: all of kind, on one engine', () => {
  const [kind, next] = dockerParts('current', []);

  expect(kind?.args.slice(2)).toEqual(
    globSync('test/engines/kind/*.test.ts')
      .filter((file) => !leftOut([]).includes(file))
      .toSorted(),
  );
  expect(next?.title).toBe('test/engines/docker/rollback-killed.test.ts');
  expect(dockerParts('debian', [])[0]?.title).toBe('test/engines/docker/rollback-killed.test.ts');
  expect(dockerParts('current', ['kind/life']).map(({ title }) => title)).toEqual(['test/engines/kind/life.test.ts']);
});

it('what takes too long is left to whoever names it', () => {
  expect(globSync(leftOut([])).toSorted()).toEqual(leftOut([]));
  expect(dockerParts('current', ['kind/contract']).map(({ title }) => title)).toEqual(leftOut([]));
});

it('words choose among the files, and an option leaves the choice to vitest', () => {
  expect(dockerParts('debian', ['gates', 'adopt.test']).map(({ args }) => args)).toEqual([
    ['--project', 'docker', 'test/engines/docker/gates.test.ts'],
    ['--project', 'docker', 'test/engines/docker/adopt.test.ts'],
  ]);
  expect(dockerParts('debian', ['gates', '-t', 'opens']).map(({ args }) => args)).toEqual([
    ['--project', 'docker', 'gates', '-t', 'opens'],
  ]);
});
