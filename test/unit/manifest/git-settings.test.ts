import { describe, expect, it } from 'vitest';
import { gitRuleFor } from '../../../src/manifest/git-settings.ts';
import { loadSettings } from '../../../src/manifest/settings.ts';
import { described, memoryTree } from './support.ts';

async function rulesOf(text: string): Promise<Awaited<ReturnType<typeof loadSettings>>> {
  return loadSettings(memoryTree({ 'trueup.yaml': text }), 'operator');
}

const TEXT = `
git:
  poll: 5m
  verify: { mode: commit, allowed_signers: keys/signers }
  sources:
    https://example.com/*: { poll: 10s }
    https://example.com/own/*: { verify: null }
    https://example.com/own/shop.git: { verify: { mode: both, gpg_keys: [a.asc, b.asc] } }
`;

describe('how a repo is followed', () => {
  it.each([
    ['https://elsewhere.com/a.git', 300_000, 'commit'],
    ['https://example.com/a.git', 10_000, 'commit'],
    ['https://example.com/own/tools', 300_000, undefined],
    ['https://example.com/own/shop', 300_000, 'both'],
    ['https://example.com/own/shop.git/', 300_000, 'both'],
    ['https://example.com/own/shop-2.git', 300_000, undefined],
  ])('%s is asked every %d ms, with signatures: %s', async (where, pollMs, mode) => {
    const { settings, diagnostics } = await rulesOf(TEXT);

    const rule = gitRuleFor(settings.git, where);

    expect(diagnostics).toEqual([]);
    expect([rule.poll_ms, rule.verify?.mode]).toEqual([pollMs, mode]);
  });

  it('has defaults', async () => {
    const { settings } = await rulesOf('');

    expect(gitRuleFor(settings.git, 'https://example.com/a')).toEqual({
      poll_ms: 60_000,
      max_bytes: 2 * 1024 ** 3,
      verify: null,
    });
  });

  it.each([
    ['git: { poll: often }', 'poll'],
    ['git: { verify: { mode: commit } }', 'no key is allowed'],
    ['git: { verify: { mode: commit, gpg_keys: [] } }', 'gpg_keys'],
    ['git: { sources: { x: { verify: { mode: tag } } } }', 'no key is allowed'],
    ['git: { sources: { x: { branch: main } } }', 'unknown key "branch"'],
    ['folders: { state: x }', '"folders" is a setting of repos'],
  ])('is refused where it is %j', async (text, message) => {
    const { diagnostics } = await rulesOf(text);

    expect(described(diagnostics).join('\n')).toContain(message);
  });

  it('is no matter of the repo itself', async () => {
    const { diagnostics } = await loadSettings(memoryTree({ 'trueup.yaml': TEXT }));

    expect(described(diagnostics).join('\n')).toContain('a repo does not say how it is followed itself');
  });
});
