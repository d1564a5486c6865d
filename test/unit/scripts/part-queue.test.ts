import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { dockerParts } from '../../../scripts/docker-parts.ts';
import { layOutParts, takePart } from '../../../scripts/part-queue.ts';

it('parts are taken in their order, each once, whoever asks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trueup-parts-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const parts = Array.from({ length: 12 }, (_, index) => ({ title: `part ${index}`, args: [`${index}`] }));

  layOutParts(folder, parts);

  expect(parts.map(() => takePart(folder))).toEqual(parts);
  expect(takePart(folder)).toBeNull();
});

it('every file of the docker tests is a part, and what takes longest comes first', () => {
  const titles = dockerParts([]).map(({ title }) => title);

  expect(titles[0]).toBe('test/engines/docker/rollback-killed.test.ts');
  expect(new Set(titles).size).toBe(titles.length);
  expect(titles).toContain('test/engines/docker/adopt.test.ts');
});

it('words choose among the files, and an option leaves the choice to vitest', () => {
  expect(dockerParts(['gates', 'adopt']).map(({ args }) => args)).toEqual([
    ['--project', 'docker', 'test/engines/docker/gates.test.ts'],
    ['--project', 'docker', 'test/engines/docker/adopt.test.ts'],
  ]);
  expect(dockerParts(['gates', '-t', 'opens']).map(({ args }) => args)).toEqual([
    ['--project', 'docker', 'gates', '-t', 'opens'],
  ]);
});
