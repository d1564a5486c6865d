/** A repo that declares one machine on a libvirt of our own, and what tests do with it. */
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { type CliResult, type ScratchRepo, scratchRepo } from '../cli.ts';
import type { Guest } from './guest.ts';
import type { PrivateHost } from './private-host.ts';

export interface LibvirtRepo extends ScratchRepo {
  /** Declares fields otherwise, as YAML, and commits. `null` takes a field out. */
  declare(fields: Readonly<Record<string, string | null>>): Promise<void>;
  /** Declares these fields alone, of a machine that is never started. */
  only(fields: Readonly<Record<string, string | null>>): Promise<void>;
  /** The same of several machines, and without a commit. */
  machines(declared: Readonly<Record<string, Readonly<Record<string, string>>>>): Promise<void>;
  /** Runs the command, which has to succeed. */
  done(args: readonly string[]): Promise<CliResult>;
  applied(): Promise<void>;
  /** What `plan` says, without notes on pending restarts. */
  plan(): Promise<string>;
  /** What the machine has written to its serial console. */
  console(): Promise<string>;
}

export interface HostPorts {
  readonly ssh: number;
  readonly http: number;
}

const MANIFEST = 'environments/local/environment.yaml';

export async function libvirtRepo(host: PrivateHost, guest: Guest, ports: HostPorts | null): Promise<LibvirtRepo> {
  const fields: Record<string, string> = {
    engine: 'host',
    // Where KVM is not proved, it would be warned of.
    accelerator: 'tcg',
    cpus: '1',
    memory: '128MiB',
    image: guest.image,
    kernel: guest.kernel,
    initrd: guest.initrd,
    cmdline: JSON.stringify(guest.cmdline),
    port_forwards: ports === null ? '[]' : `["${ports.ssh}:22", "${ports.http}:8080"]`,
    additional_disks: '[{ name: data, size: 8MiB }]',
    cloud_init: '{ user_data: "#cloud-config\\nhostname: box\\n" }',
    provision: '["echo hello"]',
    stop_grace_period: '20s',
    ready: `{ serial: "READY after", ssh: { user: root, key: ${guest.key} }, ports: [8080], timeout: 3m }`,
    health_check: '{ test: [CMD, test, -d, /proc], interval: 20s, timeout: 15s }',
  };
  const repo = await scratchRepo({ [MANIFEST]: manifest(host, { box: fields }) });
  const done = async (args: readonly string[]): Promise<CliResult> => {
    const result = await repo.trueup(args);
    expect(result, `${result.stdout}\n${result.stderr}`).toMatchObject({ status: 0 });
    return result;
  };
  const machines: LibvirtRepo['machines'] = async (declared) => {
    const whole = Object.entries(declared).map(([key, only]) => [key, { ...OFF, ...withFiles(guest, only) }] as const);
    await repo.write({ [MANIFEST]: manifest(host, Object.fromEntries(whole)), 'src/file': '' });
  };
  return {
    ...repo,
    async declare(changed) {
      for (const [name, value] of Object.entries(changed)) {
        if (value === null) delete fields[name];
        else fields[name] = value;
      }
      await repo.write({ [MANIFEST]: manifest(host, { box: fields }) });
      await repo.commit();
    },
    async only(declared) {
      const named = Object.entries(declared).filter((entry): entry is [string, string] => entry[1] !== null);
      await machines({ box: Object.fromEntries(named) });
      await repo.commit();
    },
    machines,
    done,
    async applied() {
      await done(['apply', 'local', '--auto-approve']);
    },
    async plan() {
      return (await done(['plan', 'local'])).stdout;
    },
    async console() {
      return readFile(`${host.pool}/demo-box.console`, 'utf8');
    },
  };
}

/** Of a machine that is never started. */
const OFF = { engine: 'host', accelerator: 'tcg', memory: '96MiB', run_state: 'stopped' };

/** What rows call files of the guest. */
function withFiles(
  { image, kernel, initrd }: Guest,
  fields: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const files = new Map(Object.entries({ IMAGE: image, KERNEL: kernel, INITRD: initrd }));
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, files.get(value) ?? value]));
}

function manifest(host: PrivateHost, vms: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  const lines = Object.entries(vms).flatMap(([key, fields]) => [
    `  ${key}:\n`,
    ...Object.entries(fields).map(([name, value]) => `    ${name}: ${value}\n`),
  ]);
  return `name: local
type: local
project: demo
engines:
  host: { driver: libvirt, uri: "${host.uri}" }
vms:
${lines.join('')}`;
}
