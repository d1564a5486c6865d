import { expect, it } from 'vitest';
import { isTooIntricate, MOST_MARKS } from '../../../../src/manifest/allow/intricacy.ts';
import { loadForeign, policyOf } from './support.ts';

it.each([
  ['nested without end', '['.repeat(100_000)],
  ['aliases of aliases', `a: &a x\nb: [${'*a,'.repeat(30_000)}]`],
  ['commas and nothing else', `a: [${','.repeat(100_000)}]`],
  ['quotes that are not closed', 'a: "\n'.repeat(20_000)],
  ['lines and nothing on them', '#\n'.repeat(50_000)],
])('a file of somebody else is not parsed that is %s', async (_, text) => {
  const before = process.cpuUsage();
  const { diagnostics } = await loadForeign({ files: { 'environments/local/a.yaml': text } }, await policyOf());
  const { user } = process.cpuUsage(before);

  expect(diagnostics.map(({ summary, detail }) => `${summary} ${detail}`).join()).toContain(String(MOST_MARKS));
  // Parsing them takes ten times as long.
  expect(user).toBeLessThan(1_000_000);
});

it('a long manifest as people write them is', () => {
  const service = '  web:\n    container: { image: "nginx:1.27", command: [serve] }\n    labels: { team: core }\n';
  expect(isTooIntricate(Buffer.from(`services:\n${service.repeat(150)}`))).toBe(false);
});
