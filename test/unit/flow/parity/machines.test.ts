/** VMs and clusters as sides of a parity: declared, observed, and the one held against the other. */
import { describe, expect, it } from 'vitest';
import { libvirtDriver } from '../../../../src/drivers/libvirt/index.ts';
import { parityOf } from '../../../../src/flow/parity/comparing.ts';
import { declaredParts } from '../../../../src/flow/parity/declared-parts.ts';
import { observedParts } from '../../../../src/flow/parity/observed-parts.ts';
import type { SideParts } from '../../../../src/flow/parity/side-parts.ts';
import type { DesiredEnvironment, DesiredResource } from '../../../../src/model/desired.ts';
import type { JsonObject } from '../../../../src/model/json.ts';
import type { Observation, ObservedObject } from '../../../../src/model/observed.ts';
import type { ComparisonMode, ConfigurationDiffReport } from '../../../../src/model/parity.ts';
import { desired, environment } from '../../../support/builders.ts';
import { allDiffs, resource } from '../../../support/parity/sides.ts';

const ROOT = '/home/me/shop';
const MODELS = new Map([['libvirt', libvirtDriver.model]]);
const ENGINES = {
  libvirt: { name: 'libvirt', driver: 'libvirt', settings: {} },
  kwok: { name: 'kwok', driver: 'kwok', settings: {} },
};

function vm(config: JsonObject = {}): DesiredResource {
  const uses = ['volume.builder.disk'] as const;
  const whole = { ...resource('vm.builder').config, disk: '20GiB', ...config };
  return desired('builder', { type: 'vm', engine: 'libvirt', name: 'shop-builder', config: whole, uses });
}

function disk(size = '20GiB'): DesiredResource {
  const config = { size, format: 'qcow2', image: null, protect: false, deletion_policy: 'retain' };
  return desired('builder.disk', { type: 'volume', engine: 'libvirt', name: 'shop-builder.disk', config });
}

function cluster(version: string): DesiredResource {
  const config = { ...resource('cluster.dev').config, kubernetes_version: version };
  return desired('dev', { type: 'cluster', engine: 'kwok', name: 'shop-dev', config });
}

function declared(resources: readonly DesiredResource[], name = 'local'): SideParts {
  return declaredParts(environment(resources, { engines: ENGINES, name }), name, ROOT);
}

function seen(
  resources: readonly DesiredResource[],
  manifests: DesiredEnvironment | null = environment(resources, { engines: ENGINES }),
  change: Partial<ObservedObject['status']> & { readonly configured?: JsonObject } = {},
): SideParts {
  const { configured = {}, ...status } = change;
  const objects = resources.map(({ type, name, address, config }): ObservedObject => {
    const running = type === 'vm' ? ('running' as const) : null;
    return {
      type,
      name,
      id: name,
      ownership: {
        owner: 'me',
        project: 'shop',
        environment: 'local',
        address,
        checkout: null,
        created_revision: null,
      },
      configured: { ...libvirtDriver.model.comparable(type, config, null), ...configured },
      effective: null,
      status: {
        run_state: running,
        reason: null,
        since: null,
        exit_code: null,
        restarts: 0,
        incarnation: null,
        health: 'none',
        details: {},
        ...status,
      },
    };
  });
  const observation: Observation = { status: 'known', engine: 'libvirt', facts: null, objects };
  return observedParts({
    observation: {
      format_version: '1.0',
      kind: 'observation',
      environment: 'local',
      project: 'shop',
      observed_at: '2026-01-31T10:00:00.000Z',
      root: ROOT,
      owners: ['me'],
      engines: [{ driver: 'libvirt', observation }],
      recorded: { resources: {}, stopped: [] },
      owed_restarts: [],
      frozen: [],
    },
    label: 'seen',
    declared: manifests,
    folder: 'environments/local',
    models: MODELS,
  });
}

function held(source: SideParts, target: SideParts, mode: ComparisonMode = 'semantic'): ConfigurationDiffReport {
  const settings = { rules: [], waivers: [], pairs: [] };
  const about = { id: 'R1', timestamp: '2026-01-31T10:00:00.000Z', tool: 'trueup 0.1.0', settings, models: MODELS };
  return parityOf({ source, target, mode, ...about });
}

/** `vm.builder $['cpus'] vm-cpus`, and what is missing. */
function found(report: ConfigurationDiffReport): readonly string[] {
  return allDiffs(report).flatMap(({ service_name: name, status, differences, metadata }) => [
    ...(status.startsWith('missing') ? [`${name} ${status} ${metadata.rule}`] : []),
    ...differences.map(({ field_path: path, metadata: { rule } }) => `${name} ${path} ${rule}`),
  ]);
}

describe('VMs and clusters of two manifests', () => {
  it('are compared, and the disks of a VM where it declares them, once', () => {
    const [source, target] = [declared([vm(), disk()]), declared([vm({ disk: '60GiB' }), disk('60GiB')], 'staging')];

    for (const mode of ['semantic', 'structural'] as const) {
      expect(found(held(source, target, mode)).map((line) => line.replace(/ \S+$/, ''))).toEqual([
        "vm.builder $['disk']",
      ]);
    }
  });

  it('that one side lacks are missing there, without their disks', () => {
    expect(found(held(declared([vm(), disk(), cluster('v1.36.1')]), declared([], 'staging')))).toEqual([
      'cluster.dev missing_in_target cluster-missing',
      'vm.builder missing_in_target vm-missing',
    ]);
  });

  it('have paths of the repo relative to it', () => {
    const at = (root: string): SideParts => {
      const image = { location: `${root}/images/a.qcow2`, digest: null };
      return declaredParts(environment([vm({ image })], { engines: ENGINES }), 'local', root);
    };

    expect(found(held(at('/a'), at('/b/c')))).toEqual([]);
  });

  it('differ in their version of Kubernetes', () => {
    expect(found(held(declared([cluster('v1.34.0')]), declared([cluster('v1.36.1')], 'staging')))).toEqual([
      "cluster.dev $['kubernetes_version'] kubernetes-skew",
    ]);
  });
});

describe('VMs that run', () => {
  it('are the same as the manifests that they were made from', () => {
    expect(found(held(seen([vm(), disk()]), declared([vm(), disk()])))).toEqual([]);
    expect(found(held(seen([vm(), disk()]), seen([vm(), disk()]), 'runtime'))).toEqual([]);
  });

  it('differ by what they are, and their disks by what these are', () => {
    const larger = seen([vm({ cpus: 8 }), disk('60GiB')]);

    expect(found(held(larger, seen([vm(), disk()]), 'runtime'))).toEqual([
      "vm.builder $['cpus'] runtime",
      "volume.builder.disk $['size'] runtime",
    ]);
    expect(found(held(larger, declared([vm(), disk()])))).toEqual([
      "vm.builder $['cpus'] vm-cpus",
      "volume.builder.disk $['size'] vm-disk",
    ]);
  });

  it('differ by whether they run', () => {
    const stopped = seen([vm()], undefined, { run_state: 'stopped' });

    expect(found(held(stopped, seen([vm()]), 'runtime'))).toEqual(["vm.builder $['status']['run_state'] running"]);
  });

  it('that are declared and not there are absent, and what nobody declares is said to be that', () => {
    const manifests = environment([vm(), disk()], { engines: ENGINES });

    expect(found(held(seen([], manifests), seen([vm(), disk()]), 'runtime'))).toEqual([
      'vm.builder missing_in_source machine-absent',
      'volume.builder.disk missing_in_source resource-absent',
    ]);
    const undeclared = seen([vm()], environment([], { engines: ENGINES }));
    expect(found(held(undeclared, seen([], environment([], { engines: ENGINES })), 'runtime'))).toEqual([
      'vm.builder missing_in_target undeclared',
    ]);
  });
});
