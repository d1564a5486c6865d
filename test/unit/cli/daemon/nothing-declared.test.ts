import { expect, it } from 'vitest';
import { NothingDeclared } from '../../../../src/cli/daemon/nothing-declared.ts';
import { defaultSettings } from '../../../../src/manifest/settings.ts';

type Declaration = Parameters<NothingDeclared['words']>[1];

const DECLARATION = {
  workspace: { settings: defaultSettings() },
  revision: { commit: '1a2b3c4d5e6f7081920a', dirty: false },
} as Declaration;

it('whoever serves a repo without environments is told once what to do', () => {
  const nothing = new NothingDeclared('commits');
  const shop = { name: 'shop', where: '/repos/shop' };

  const words = nothing.words(shop, DECLARATION, [{ source: '/repos/other' }]);

  expect(words).toBe(
    'no environment is declared in environments/ at 1a2b3c4d5e6f: `trueup init` makes a first one, which is served once it is committed',
  );
  expect(nothing.words(shop, DECLARATION, [])).toBeNull();
  const remote = { name: 'far', where: 'https://git.example.com/acme/far.git' };
  expect(nothing.words(remote, DECLARATION, [])).toContain('push a first one');
  expect(new NothingDeclared('saves').words(shop, DECLARATION, [])).toBe(
    'no environment is declared in environments/: `trueup init` makes a first one',
  );
  expect(nothing.words({ name: 'b', where: '/repos/b' }, DECLARATION, [{ source: '/repos/b' }])).toBeNull();
});
