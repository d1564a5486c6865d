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
  const repo = await scratchRepo({ [MANIFEST]: manifest(host, fields) });
  const done = async (args: readonly string[]): Promise<CliResult> => {
    const result = await repo.trueup(args);
    expect(result, `${result.stdout}\n${result.stderr}`).toMatchObject({ status: 0 });
    return result;
  };
  return {
    ...repo,
    async declare(changed) {
      for (const [name, value] of Object.entries(changed)) {
        if (value === null) delete fields[name];
        else fields[name] = value;
      }
      await repo.write({ [MANIFEST]: manifest(host, fields) });
      await repo.commit();
    },
    async only(declared) {
      const named = Object.entries(declared).flatMap(([name, value]) =>
        value === null ? [] : [[name, filesOf(guest)[value] ?? value] as const],
      );
      const whole = {
        engine: 'host',
        accelerator: 'tcg',
        memory: '96MiB',
        run_state: 'stopped',
        ...Object.fromEntries(named),
      };
      await repo.write({ [MANIFEST]: manifest(host, whole), 'src/file': '' });
      await repo.commit();
    },
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

/** What rows call files of the guest. */
function filesOf({ image, kernel, initrd }: Guest): Readonly<Record<string, string>> {
  return { IMAGE: image, KERNEL: kernel, INITRD: initrd };
}

function manifest(host: PrivateHost, fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([name, value]) => `    ${name}: ${value}\n`);
  return `name: local
type: local
project: demo
engines:
  host: { driver: libvirt, uri: "${host.uri}" }
vms:
  box:
${lines.join('')}`;
}
