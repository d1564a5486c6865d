import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/cli.ts';
import { coloured, containersOf } from '../../support/docker/coloured-shop.ts';
import { dockerRepo } from '../../support/docker/docker-repo.ts';
import { APPLY, DESTROY, expectRight, shop, words } from '../../support/docker/luck.ts';

const CASES = [
  { kind: 'nothing that only one can have', settings: '' },
  { kind: 'a published port', settings: `    networking: { ports: ['18090:80'] }\n` },
  { kind: 'a host name', settings: `    networking: { hostname: shopfront }\n` },
  {
    kind: 'a volume that it writes to',
    settings: `    storage: { volumes: ['data:/data'] }\n`,
    more: 'volumes: { data: {} }\n',
  },
  { kind: 'a volume without a name', settings: `    storage: { volumes: ['/cache'] }\n` },
  {
    kind: 'a fixed address and other names in two networks',
    settings:
      `    networking:\n      networks:\n        inner: { ipv4_address: 10.97.0.5, aliases: [front, shop] }\n` +
      `        outer: { aliases: [door] }\n`,
    more: 'networks: { inner: { ipam: { config: [{ subnet: 10.97.0.0/24 }] } }, outer: {} }\n',
  },
];

describe.each(CASES)('a change that never gets healthy, of a service with $kind', ({ settings, more }) => {
  it('ends with the version before as it was, and the next one that works is applied at once', async () => {
    await using repo = await dockerRepo(coloured('red', settings, more));
    const first = await repo.trueup(APPLY);
    expect(first.status, words(first)).toBe(0);
    const before = await containersOf(repo);

    await repo.write(coloured('bad', settings, more));
    const failed = await repo.trueup(APPLY);

    expect(failed.status, words(failed)).toBe(3);
    expect(words(failed)).toMatch(/service\.web rolled back/);
    expect(await containersOf(repo)).toEqual(before);

    await repo.write(coloured('blue', settings, more));
    await expectRight(repo);
    const after = await containersOf(repo);
    expect(after).toMatchObject([{ name: 'shop-web-1', status: 'running', mounts: before[0]?.mounts }]);
    expect(after[0]?.env).toContain('COLOUR=blue');
  });
});

describe('a service that is asked all the time', () => {
  /** Asks by name 30 times a second; says `lost` where the name means nothing, `refused` where nobody answers. An engine that is slow to say is asked again. */
  const ASK =
    `while :; do said=$$(nslookup web 127.0.0.11 2>&1); ip=$$(echo "$$said" | awk '/^Address/ && !/127.0.0.11/ { print $$NF; exit }'); ` +
    `if [ -z "$$ip" ]; then case "$$said" in *'timed out'*) ;; *) echo lost;; esac; else timeout 60 wget -q -O- http://$$ip/ 2>/dev/null || echo refused; fi; usleep 30000; done`;
  const SERVE = 'mkdir -p /w; echo $$COLOUR >/w/index.html; exec httpd -f -h /w';

  function served(colour: string): Readonly<Record<string, string>> {
    const check = `[CMD-SHELL, 'test "$$COLOUR" != bad && wget -q -O- http://127.0.0.1/']`;
    const timing =
      colour === 'bad' ? 'interval: 3s, timeout: 3s, retries: 1' : 'interval: 10s, timeout: 10s, retries: 3';
    return shop(
      `  web:\n    container: { image: 'busybox:1', init: true, command: [sh, -c, '${SERVE}'] }\n` +
        `    environment_variables: { COLOUR: ${colour} }\n` +
        `    health_check: { test: ${check}, ${timing} }\n` +
        `  client:\n    container:\n      image: 'busybox:1'\n      init: true\n      command: [sh, -c, ${JSON.stringify(ASK)}]\n`,
      'policies: { on_failure: rollback }\n',
    );
  }

  it('serves on through a change that fails, and is known by its name at every moment of one that works', async () => {
    await using repo = await dockerRepo(served('red'));
    const asked = async (): Promise<readonly string[]> =>
      (await repo.docker('logs', 'shop-client-1')).split('\n').filter((line) => line !== '');
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
    await eventually(async () => (await asked()).includes('red'), 'an answer');
    const from = (await asked()).indexOf('red');

    await repo.write(served('bad'));
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 3 });

    expect(new Set((await asked()).slice(from))).toEqual(new Set(['red']));
    await repo.write(served('blue'));
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
    await eventually(async () => (await asked()).at(-1) === 'blue', 'an answer of the new one');
    const answers = (await asked()).slice(from);
    expect(answers).not.toContain('lost');
    expect(answers).not.toContain('bad');
  });
});

describe('a service that gets another name along with a change that never gets healthy', () => {
  it('is there again under its old one', async () => {
    await using repo = await dockerRepo(coloured('red'));
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
    const before = await containersOf(repo);
    const moved = Object.fromEntries(
      Object.entries(coloured('bad', '', 'moved: [{ from: service.web, to: service.front }]\n')).map(
        ([file, content]) => [file, content.replace('  web:\n', '  front:\n')],
      ),
    );

    await repo.write(moved);
    const failed = await repo.trueup(APPLY);

    expect(failed.status, words(failed)).toBe(3);
    expect(await containersOf(repo)).toEqual(before);
  });
});

describe('the image of what passed its gate last', () => {
  const KEPT = 'trueup.invalid/shop/web:last-healthy';

  it('is kept under a name of ours, and forgotten with its service, while another name of it stays', async () => {
    await using repo = await dockerRepo(coloured('red'));
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
    await repo.write(coloured('blue'));
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });

    const ids = await repo.docker('image', 'inspect', '--format', '{{.Id}}', KEPT, 'busybox:1');
    expect(new Set(ids.split('\n')).size).toBe(1);

    expect(await repo.trueup(DESTROY)).toMatchObject({ status: 0 });
    expect(await repo.docker('image', 'ls', '--quiet', KEPT)).toBe('');
    expect(await repo.docker('image', 'ls', '--quiet', 'busybox:1')).not.toBe('');
  });
});
