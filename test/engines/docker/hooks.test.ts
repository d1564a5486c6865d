import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { MANIFEST } from '../../support/shop.ts';

const APPLY = ['apply', '--auto-approve'];

/** Writes to a volume that outlives every container. */
const say = (text: string): readonly string[] => ['sh', '-c', `echo ${text} >> /said/lines`];

function manifest(web: JsonObject | null, container: JsonObject = {}): Readonly<Record<string, string>> {
  const service = {
    container: { image: 'busybox:1', command: ['sleep', '1000'], stop_grace_period: '0s', init: true, ...container },
    storage: { volumes: ['said:/said'] },
  };
  const services = web === null ? {} : { web: { ...service, ...web } };
  return { [MANIFEST]: JSON.stringify({ name: 'local', project: 'shop', services, volumes: { said: {} } }) };
}

/** What was said since somebody asked last. */
async function said({ docker }: DockerRepo): Promise<readonly string[]> {
  const script = 'cat /said/lines 2>/dev/null; rm -f /said/lines';
  const text = await docker('run', '--rm', '--volume', 'shop_said:/said', 'busybox:1', 'sh', '-c', script);
  return text.split('\n').filter((line) => line !== '');
}

describe('lifecycle hooks in containers', () => {
  it('run as the container runs, with what they set themselves, and no secret of them is on the engine', async () => {
    const words = say('$$WHO $$COLOUR $$TOKEN $$(id -u):$$(id -g) $$PWD');
    const hook = {
      command: words,
      user: '12:34',
      working_dir: 'below',
      environment: { COLOUR: 'red', TOKEN: { secret: true, value: 'hunter-66' } },
    };
    const web = {
      environment_variables: { WHO: 'world', COLOUR: 'green' },
      post_start: [{ command: ['sh', '-c', 'mkdir -p /tmp/below; chmod 777 /said'] }, hook],
    };
    await using repo = await dockerRepo(manifest(web, { working_dir: '/tmp' }));

    const applied = await repo.trueup(APPLY);

    expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 0 });
    expect(await said(repo)).toEqual(['world red hunter-66 12:34 /tmp/below']);
    expect(await repo.docker('inspect', 'shop-web-1')).not.toContain('hunter');
    expect(await repo.trueup(['plan', '--detailed-exitcode'])).toMatchObject({ status: 0 });
  });

  it('come around a replacement: those of the old container in it, those of the new one in that', async () => {
    const hooks = (name: string): JsonObject => ({
      post_start: [{ command: say(`${name} up`) }],
      pre_stop: [{ command: say(`${name} down`) }],
    });
    await using repo = await dockerRepo(manifest(hooks('first')));
    await repo.trueup(APPLY);
    await repo.write(manifest(hooks('second'), { command: ['sleep', '2000'] }));
    await repo.removeState();

    const applied = await repo.trueup(APPLY);

    expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 0 });
    expect(await said(repo)).toEqual(['first up', 'first down', 'second up']);
  });

  it('are run by the stop of what no manifest declares any more, and nothing is recorded of', async () => {
    await using repo = await dockerRepo(manifest({ pre_stop: [{ command: say('down') }] }));
    await repo.trueup(APPLY);
    await repo.write(manifest(null));
    await repo.removeState();

    const applied = await repo.trueup([...APPLY, '--allow-removals', '2']);

    expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 0 });
    expect(await said(repo)).toEqual(['down']);
    expect(await repo.docker('ps', '--all', '--quiet')).toBe('');
  });

  it('are none that the author of an image has written on it, nor does that hide the container', async () => {
    const hooks = JSON.stringify({ post_start: [], pre_stop: [{ command: say('escaped'), privileged: true }] });
    await using repo = await dockerRepo(manifest(null));
    await repo.docker('create', '--name', 'base', 'busybox:1');
    const labels = `dev.trueup.hooks=${hooks.replaceAll(/["\\$ ]/g, '\\$&')} dev.trueup.moved_from=x`;
    await repo.docker('commit', '--change', `LABEL ${labels}`, 'base', 'greedy:1');
    await repo.docker('rm', 'base');
    expect(await repo.docker('inspect', '--format', '{{index .Config.Labels "dev.trueup.hooks"}}', 'greedy:1')).toBe(
      hooks,
    );
    await repo.write(manifest({}, { image: 'greedy:1' }));
    expect(await repo.trueup(APPLY)).toMatchObject({ status: 0 });
    expect(await repo.trueup(['plan', '--detailed-exitcode'])).toMatchObject({ status: 0 });
    await repo.removeState();

    const destroyed = await repo.trueup(['destroy', 'local', '--auto-approve']);

    expect(destroyed, destroyed.stdout + destroyed.stderr).toMatchObject({ status: 0 });
    expect(await repo.docker('ps', '--all', '--quiet')).toBe('');
    expect(await said(repo)).toEqual([]);
    await repo.docker('rmi', 'greedy:1');
  });

  it('that fail after a start fail the change, and bring back what was there where the policy says so', async () => {
    const good = { on_failure: 'rollback', post_start: [{ command: say('good up') }] };
    await using repo = await dockerRepo(manifest(good));
    await repo.trueup(APPLY);
    const before = await repo.docker('inspect', '--format', '{{.Id}}', 'shop-web-1');
    const bad = [{ command: say('bad up') }, { command: ['sh', '-c', 'echo oh no; exit 5'] }];
    await repo.write(manifest({ ...good, post_start: bad }, { command: ['sleep', '2000'] }));

    const applied = await repo.trueup(APPLY);

    expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 3 });
    expect(applied.stderr).toContain('oh no');
    expect(await repo.docker('inspect', '--format', '{{.Id}} {{.State.Running}}', 'shop-web-1')).toBe(`${before} true`);
    expect(await said(repo)).toEqual(['good up', 'bad up', 'good up']);
  });

  it('of a container that ends meanwhile are no failure', async () => {
    const job = { run: 'once', post_start: [{ command: ['sleep', '100'] }] };
    await using repo = await dockerRepo(manifest(job, { command: ['sleep', '1'] }));

    const applied = await repo.trueup(APPLY);

    expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 0 });
  });
});
