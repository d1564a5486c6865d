/** A daemon beside an engine that goes away: frozen, restarted, and both while the daemon itself is restarted. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/cli.ts';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { engineUnderTest } from '../../support/docker/engine-under-test.ts';
import { FragileSocket } from '../../support/docker/fragile-socket.ts';
import { shop, web } from '../../support/docker/luck.ts';

const HEALING = 'policies: { drift: heal }\n';

interface Served {
  readonly state: string | null;
  readonly transitions: readonly { readonly to: string; readonly reason: string }[];
  readonly heard: Readonly<Record<string, string>>;
}

/** What the daemon remembers, as it stands on the disk. */
async function remembered(repo: DockerRepo): Promise<Served | null> {
  const path = join(repo.root, '.trueup/served/local.json');
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as Served);
}

function running(repo: DockerRepo): Promise<string> {
  return repo.docker('ps', '--quiet', '--no-trunc', '--filter', 'name=shop-web-1');
}

describe('a daemon whose engine goes away', () => {
  it('blames nothing for it, says it once each way, and goes on where it was, restarted in between or not', async () => {
    await using fragile = await FragileSocket.before(engineUnderTest().socket);
    await using repo = await dockerRepo(shop(web(), HEALING), fragile);
    await repo.commit('first');
    const daemon = repo.start(['serve']);
    await daemon.until(/→ healthy/);

    await fragile.goAway();
    await daemon.until(/  engine docker does not answer/);
    await repo.docker('kill', 'shop-web-1');
    await fragile.comeBack();
    await daemon.until(/engine docker answers again/);
    await eventually(async () => (await running(repo)) !== '', 'the heal');
    await daemon.until(/→ healthy[^]*→ healthy/);
    daemon.child.kill('SIGTERM');
    const first = await daemon.done;

    expect(first.status).toBe(0);
    expect(first.stderr.match(/  engine docker does not answer/g)).toHaveLength(1);
    expect(first.stderr).not.toMatch(/quarantined|→ (failed|degraded): .*(unknown|cannot)/);
    const before = await remembered(repo);
    expect(before?.state).toBe('healthy');
    expect(Date.parse(before?.heard['docker'] ?? '')).toBeGreaterThan(0);

    await fragile.goAway();
    const again = repo.start(['serve']);
    await again.until(/  engine docker does not answer/);
    await repo.docker('kill', 'shop-web-1');
    await fragile.comeBack();
    await eventually(async () => (await running(repo)) !== '', 'the heal after the restart');
    await again.until(/→ healthy/);
    again.child.kill('SIGTERM');
    const second = await again.done;

    expect(second.status).toBe(0);
    expect(second.stderr).not.toMatch(/quarantined|→ (failed|degraded): .*(unknown|cannot)/);
    const after = await remembered(repo);
    expect(Date.parse(after?.heard['docker'] ?? '')).toBeGreaterThan(Date.parse(before?.heard['docker'] ?? ''));
  });
});
