import { describe, expect, it } from 'vitest';
import { assertRunning, reachCluster } from '../../../../src/flow/clusters/reach.ts';
import { containing } from '../../../support/matching.ts';
import { CLUSTER, clusterIn, double, never, SHOP, WEB } from '../../../support/clusters/double.ts';

describe('a cluster that a command is about', () => {
  it('is handed out with the way to it, and its connection closed afterwards', async () => {
    const { workspace, calls } = double();
    {
      await using reached = await reachCluster(workspace, SHOP, CLUSTER, never);

      expect(await reached.sights.kubeconfig({ type: 'cluster', name: 'shop-dev' }, {}, never)).toContain('shop-dev');
      expect(() => assertRunning(reached)).not.toThrow();
      expect(calls).toEqual([]);
    }
    expect(calls).toEqual(['close']);
  });

  it.each([
    ['was never made', { cluster: null }, 'not_running', 'trueup apply local/cluster.dev'],
    ['is of another checkout', { cluster: clusterIn('running', 'them') }, 'name_in_use', 'where it was made'],
    [
      'is on an engine that does not answer',
      { observation: { status: 'unreachable', engine: 'dev', error: 'no kwokctl', provided_by: null } },
      'engine_unreachable',
      'trueup doctor',
    ],
    [
      'runs in a VM that is not there',
      { observation: { status: 'absent', engine: 'dev', provided_by: 'vm.builder' } },
      'not_running',
      'trueup apply local/cluster.dev',
    ],
  ] as const)('that %s is none, and nothing is left open', async (_what, options, code, next) => {
    const { workspace, calls } = double(options);

    await expect(reachCluster(workspace, SHOP, CLUSTER, never)).rejects.toMatchObject({ code, next: containing(next) });

    expect(calls).toEqual(['close']);
  });

  it('is none of an engine that runs no clusters', async () => {
    const { workspace, calls } = double();
    const placed = { ...CLUSTER, engine: 'box' };

    await expect(reachCluster(workspace, SHOP, placed, never)).rejects.toMatchObject({
      code: 'unsupported',
      message: containing('"box" runs no clusters'),
    });

    expect(calls).toEqual(['close']);
  });

  it('is none of an engine that this version has no driver for', async () => {
    const { workspace } = double();
    const placed = { ...WEB, engine: 'elsewhere' };

    await expect(reachCluster(workspace, SHOP, placed, never)).rejects.toMatchObject({ code: 'unsupported' });
  });

  it.each([
    ['stopped', 'trueup start local/cluster.dev'],
    ['dead', 'trueup status local/cluster.dev'],
  ] as const)('that is %s does not run, and says what to do', async (state, next) => {
    const { workspace } = double({ cluster: clusterIn(state) });
    await using reached = await reachCluster(workspace, SHOP, CLUSTER, never);

    expect(() => assertRunning(reached)).toThrow(
      expect.objectContaining({ code: 'not_running', next: containing(next) }),
    );
  });
});
