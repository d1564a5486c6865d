import { expect, it } from 'vitest';
import { scratchRepo } from '../support/cli.ts';

it('the help of a command says each default once, as it is written on the command line', async () => {
  await using repo = await scratchRepo({}, { git: false });

  const helps = [await repo.trueup(['serve', '--help']), await repo.trueup(['watch', '--help'])];
  const [serve = '', watch = ''] = helps.map(({ stdout }) => stdout.replaceAll(/\s+/g, ' '));

  expect(serve).toContain('whatever was heard (default: 10m)');
  expect(watch).toContain('for this long (default: 100ms)');
  expect(`${serve} ${watch}`).not.toMatch(/\(default: [^)]*\) \(default/);
});
