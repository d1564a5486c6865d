import { expect, it } from 'vitest';
import { dockerRepo } from '../../support/docker/docker-repo.ts';
import { MANIFEST } from '../../support/shop.ts';

const SHOP = `name: local
project: shop
services:
  a: { container: { image: 'busybox:1', command: [sleep, '1000'], init: true } }
  b: { container: { image: 'busybox:1', command: [sleep, '2000'], init: true } }
`;

it('two containers whose names somebody has swapped get their own back, and run on', async () => {
  await using repo = await dockerRepo({ [MANIFEST]: SHOP });
  expect(await repo.trueup(['apply', '--auto-approve'])).toMatchObject({ status: 0 });
  const state = (): Promise<string> =>
    repo.docker('inspect', '--format', '{{.Name}} {{.Id}} {{.State.StartedAt}}', 'shop-a-1', 'shop-b-1');
  const before = await state();
  await repo.docker('rename', 'shop-a-1', 'other');
  await repo.docker('rename', 'shop-b-1', 'shop-a-1');
  await repo.docker('rename', 'other', 'shop-b-1');
  const swapped = await state();

  const applied = await repo.trueup(['apply', '--auto-approve']);
  const again = await repo.trueup(['plan', '--detailed-exitcode']);

  expect(swapped).not.toBe(before);
  expect(applied, applied.stderr).toMatchObject({ status: 0 });
  expect(await state()).toBe(before);
  expect(again, again.stdout).toMatchObject({ status: 0 });
});
