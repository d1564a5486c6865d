/**
 * What the world does to whole things with the engine's own command line: takes them away, puts others in their place, stops
 * and renames them. Exactly that is found, what is not written is left for a reason, and a plan holds exactly these.
 */
import { afterAll, describe, expect, it } from 'vitest';
import type { DockerRepo } from '../../support/docker/docker-repo.ts';
import { MANIFEST } from '../../support/shop.ts';
import { inspected } from '../../support/docker/world/hand.ts';
import { lineOf } from '../../support/docker/world/line-of.ts';
import { type DriftDocument, ObjectPlay } from '../../support/docker/world/object-play.ts';

const SLEEPER = 'container: { image: "busybox:1", command: [sleep, "10000"], init: true, stop_grace_period: 0s }';

const LEFT = `name: local
project: shop
services:
  kept:
    ${SLEEPER}
  gone:
    ${SLEEPER}
  taken:
    ${SLEEPER}
  copied:
    ${SLEEPER}
  renamed:
    ${SLEEPER}
  stopped:
    ${SLEEPER}
  paused:
    ${SLEEPER}
  tagged:
    container: { image: "tagged:1", command: [sleep, "10000"], init: true, stop_grace_period: 0s }
  stores:
    ${SLEEPER}
    storage: { volumes: ["lost:/data"] }
  joins:
    ${SLEEPER}
    networking: { networks: [cut] }
volumes:
  lost: {}
  spare: {}
  likeness: {}
networks:
  cut: {}
  spare: {}
  likeness: {}
`;

/** With what is taken out of the manifest once it was applied. */
const WHOLE = LEFT.replace('services:\n', `services:\n  former:\n    ${SLEEPER}\n`)
  .replace('volumes:\n  lost', 'volumes:\n  former: { deletion_policy: delete }\n  lost')
  .replace('networks:\n  cut', 'networks:\n  former: {}\n  cut');

describe('what the world does to whole things at once', () => {
  const play = new ObjectPlay(WHOLE, LEFT, { change: changeAll, clear });
  afterAll(async () => play.end());

  it('is found, and nothing else', async () => {
    const { drift } = await play.drifted();

    const image = await play.imageId('shop-tagged-1');
    expect(briefly(drift)).toEqual([
      ['network.cut', 'shop_cut', 'missing', 'world', []],
      ['network.likeness', 'shop_likeness', 'missing', 'world', []],
      ['network.spare', 'shop_spare', 'missing', 'world', []],
      ['service.copied', 'copy', 'undeclared', 'world', []],
      ['service.gone', 'shop-gone-1', 'missing', 'world', []],
      [
        'service.joins',
        'shop-joins-1',
        'differs',
        'world',
        [
          ["$['networking']['networks']['cut']", null, { aliases: ['joins'], ipv4_address: null, ipv6_address: null }],
          ["$['run_state']", 'failed', 'running'],
        ],
      ],
      ['service.paused', 'shop-paused-1', 'differs', 'world', [["$['run_state']", 'paused', 'running']]],
      ['service.renamed', 'shop-renamed-1', 'differs', 'world', [["$['name']", 'anything', 'shop-renamed-1']]],
      ['service.stopped', 'shop-stopped-1', 'differs', 'world', [["$['run_state']", 'stopped', 'running']]],
      ['service.stores', 'shop-stores-1', 'missing', 'world', []],
      ['service.tagged', 'shop-tagged-1', 'differs', 'world', [["$['container']['image']", image, 'tagged:1']]],
      ['service.taken', 'shop-taken-1', 'missing', 'world', []],
      ['volume.likeness', 'shop_likeness', 'missing', 'world', []],
      ['volume.lost', 'shop_lost', 'missing', 'world', []],
      ['volume.spare', 'shop_spare', 'missing', 'world', []],
      ['volume.stray', 'stray', 'undeclared', 'unknown', []],
    ]);
  });

  it('stands in the way where it has a name of ours, and is listed where it has nothing of ours', async () => {
    const { drift } = await play.drifted();

    const conflicts = drift.conflicts.map(({ address, name, source }) => [address, name, source?.start.line]);
    expect(conflicts.toSorted(inOrder)).toEqual([
      ['network.likeness', 'shop_likeness', lineOf(LEFT, ['networks', 'likeness'])],
      ['service.taken', 'shop-taken-1', lineOf(LEFT, ['services', 'taken'])],
      ['volume.likeness', 'shop_likeness', lineOf(LEFT, ['volumes', 'likeness'])],
    ]);
    expect(drift.unmanaged.map(({ type, name }) => `${type} ${name}`).toSorted()).toEqual([
      'network neighbour',
      'network shop_likeness',
      'service neighbour',
      'service shop-taken-1',
      'volume neighbour',
      'volume shop_likeness',
    ]);
  });

  it('is written where a manifest can say it, and else is left to people, for a reason and with its line', async () => {
    const { writing } = (await play.written()).drift;

    const left = (writing?.by_hand ?? []).map(({ address, field_path: path, reason, source }) => {
      return [address, path, reason, source?.start.line ?? null];
    });
    const at = (of: string, key: string): number => lineOf(LEFT, [of, key]);
    expect(writing?.files.map(({ path }) => path)).toEqual([MANIFEST]);
    expect(left.toSorted(inOrder)).toEqual([
      ['network.cut', null, 'resource', at('networks', 'cut')],
      ['network.likeness', null, 'resource', at('networks', 'likeness')],
      ['network.spare', null, 'resource', at('networks', 'spare')],
      ['service.copied', null, 'resource', at('services', 'copied')],
      ['service.gone', null, 'resource', at('services', 'gone')],
      [
        'service.joins',
        "$['networking']['networks']['cut']",
        'resource',
        lineOf(LEFT, ['services', 'joins', 'networking', 'networks', '0']),
      ],
      ['service.joins', "$['run_state']", 'run_state', at('services', 'joins')],
      ['service.paused', "$['run_state']", 'run_state', at('services', 'paused')],
      ['service.stopped', "$['run_state']", 'run_state', at('services', 'stopped')],
      ['service.stores', null, 'resource', at('services', 'stores')],
      [
        'service.tagged',
        "$['container']['image']",
        'image_moved',
        lineOf(LEFT, ['services', 'tagged', 'container', 'image']),
      ],
      ['service.taken', null, 'resource', at('services', 'taken')],
      ['volume.likeness', null, 'resource', at('volumes', 'likeness')],
      ['volume.lost', null, 'resource', at('volumes', 'lost')],
      ['volume.spare', null, 'resource', at('volumes', 'spare')],
      ['volume.stray', null, 'resource', null],
    ]);
  });

  it('is all that a plan is about, beside what git has changed', async () => {
    const { plan } = await play.written();

    const changes = plan.resource_changes.map(({ address, name, change }) => [address, name, change.actions.join(' ')]);
    expect(changes.toSorted(inOrder)).toEqual([
      ['network.cut', 'shop_cut', 'create'],
      ['network.former', 'shop_former', 'delete'],
      ['network.spare', 'shop_spare', 'create'],
      ['service.copied', 'copy', 'delete'],
      ['service.former', 'shop-former-1', 'delete'],
      ['service.gone', 'shop-gone-1', 'create'],
      ['service.joins', 'shop-joins-1', 'update'],
      ['service.paused', 'shop-paused-1', 'update'],
      ['service.stopped', 'shop-stopped-1', 'update'],
      ['service.stores', 'shop-stores-1', 'create'],
      ['service.tagged', 'shop-tagged-1', 'delete create'],
      ['volume.former', 'shop_former', 'delete'],
      ['volume.lost', 'shop_lost', 'create'],
      ['volume.spare', 'shop_spare', 'create'],
    ]);
  });

  it('is put right once nothing stands in the way, and nothing of anybody else is touched', async () => {
    const before = await play.ids('neighbour', 'shop-taken-1');
    const refused = await play.applied();
    const after = await play.ids('neighbour', 'shop-taken-1');
    const { applied, drift } = await play.cleared();

    expect(refused.status, refused.stdout).toBe(1);
    expect(after).toBe(before);
    expect(applied.status, applied.stdout + applied.stderr).toBe(0);
    expect(briefly(drift)).toEqual([['volume.stray', 'stray', 'undeclared', 'unknown', []]]);
    expect(await play.ids('neighbour')).toBe(before.split('\n')[0]);
    expect(drift.unmanaged.map(({ type, name }) => `${type} ${name}`).toSorted()).toEqual([
      'network neighbour',
      'service neighbour',
      'volume neighbour',
    ]);
  });
});

function briefly({ resource_drift: found }: DriftDocument): readonly unknown[] {
  return found
    .map(({ address, name, kind, cause, differences }) => {
      return [address, name, kind, cause, differences.map((one) => [one.field_path, one.before, one.after])];
    })
    .toSorted(inOrder);
}

function inOrder(left: readonly unknown[], right: readonly unknown[]): number {
  return String(left.slice(0, 2)) < String(right.slice(0, 2)) ? -1 : 1;
}

async function changeAll({ docker }: DockerRepo): Promise<void> {
  const sleeper = ['busybox:1', 'sleep', '10000'];
  await docker('rm', '--force', 'shop-gone-1', 'shop-taken-1', 'shop-stores-1');
  await docker('run', '--detach', '--init', '--name', 'shop-taken-1', ...sleeper);
  const labels = await labelsOf(docker, 'container', 'shop-copied-1');
  await docker('run', '--detach', '--init', '--name', 'copy', ...labels, ...sleeper);
  await docker('rename', 'shop-renamed-1', 'anything');
  await docker('stop', 'shop-stopped-1');
  await docker('pause', 'shop-paused-1');
  await docker('tag', 'busybox:2', 'tagged:1');
  const strays = await labelsOf(docker, 'volume', 'shop_spare');
  await docker('volume', 'create', ...strays.map((label) => label.replace('volume.spare', 'volume.stray')), 'stray');
  await docker('volume', 'rm', 'shop_lost', 'shop_spare', 'shop_likeness');
  await docker('volume', 'create', '--opt', 'type=tmpfs', '--opt', 'device=tmpfs', 'shop_likeness');
  // Under a container that runs no engine removes it.
  await docker('kill', 'shop-joins-1');
  await docker('network', 'rm', 'shop_cut', 'shop_spare', 'shop_likeness');
  await docker('network', 'create', '--internal', 'shop_likeness');
  await docker('run', '--detach', '--init', '--name', 'neighbour', ...sleeper);
  await docker('volume', 'create', 'neighbour');
  await docker('network', 'create', 'neighbour');
}

/** What has names of ours goes away. */
async function clear({ docker }: DockerRepo): Promise<void> {
  await docker('rm', '--force', 'shop-taken-1');
  await docker('network', 'rm', 'shop_likeness');
  await docker('volume', 'rm', 'shop_likeness');
}

/** As options that give them to another. */
async function labelsOf(docker: DockerRepo['docker'], type: string, name: string): Promise<readonly string[]> {
  const found = await inspected(docker, type, name);
  const labels = type === 'container' ? (found['Config'] as { Labels: object }).Labels : found['Labels'];
  return Object.entries(labels ?? {}).map(([key, value]) => `--label=${key}=${String(value)}`);
}
