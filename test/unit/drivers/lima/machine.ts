/** A machine as manifests declare it, in the long form. */
import type { DesiredResource } from '../../../../src/model/desired.ts';
import type { JsonObject } from '../../../../src/model/json.ts';

export function machine(config: JsonObject = {}, name = 'demo-box'): DesiredResource {
  return {
    address: 'vm.box',
    type: 'vm',
    key: 'box',
    name,
    engine: 'host',
    external: false,
    protect: false,
    deletion_policy: 'retain',
    on_failure: 'stop',
    drift: 'report',
    config: {
      cpus: 1,
      memory: '1GiB',
      accelerator: 'auto',
      image: { location: '/images/disk.qcow2', digest: null },
      networks: { user: { name: 'user', mac_address: null } },
      run_state: 'running',
      ready: {},
      ...config,
    },
    dependencies: [],
    uses: [],
    untracked: [],
  };
}
