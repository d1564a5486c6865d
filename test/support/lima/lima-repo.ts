/** A repo that declares one machine in a Lima of our own, and what tests do with it. */
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { type CliResult, type ScratchRepo, scratchRepo } from '../cli.ts';
import type { LimaGuest } from './guest.ts';
import type { PrivateHome } from './private-home.ts';

export interface LimaRepo extends ScratchRepo {
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

const MANIFEST = 'environments/local/environment.yaml';

/** Nothing is downloaded, and no firmware is needed. */
const PLAIN =
  '{ vmType: qemu, plain: true, containerd: { system: false, user: false }, firmware: { legacyBIOS: true }, video: { display: none } }';

export async function limaRepo(home: PrivateHome, guest: LimaGuest): Promise<LimaRepo> {
  const fields: Record<string, string> = {
    engine: 'host',
    cpus: '1',
    memory: '128MiB',
    disk: '20MiB',
    accelerator: 'tcg',
    image: guest.image,
    kernel: guest.kernel,
    initrd: guest.initrd,
    cmdline: JSON.stringify(guest.cmdline),
    additional_disks: '[{ name: data, size: 8MiB }]',
    provision: '["echo hello {{you}} >/run/hello"]',
    driver_options: PLAIN,
    stop_grace_period: '20s',
    ready: '{ serial: "READY after", ssh: {}, ports: [8080], timeout: 4m }',
    health_check: '{ test: [CMD, test, -f, /run/hello], interval: 20s, timeout: 15s }',
  };
  const repo = await scratchRepo({ [MANIFEST]: manifest(home, fields) });
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
      await repo.write({ [MANIFEST]: manifest(home, fields) });
      await repo.commit();
    },
    async only(declared) {
      const named = Object.entries(declared).flatMap(([name, value]) =>
        value === null ? [] : [[name, filesOf(guest)[value] ?? value] as const],
      );
      const whole = { engine: 'host', image: guest.image, run_state: 'stopped', ...Object.fromEntries(named) };
      await repo.write({ [MANIFEST]: manifest(home, whole), 'src/file': '' });
      await repo.commit();
    },
    done,
    async applied() {
      await done(['apply', 'local', '--auto-approve']);
    },
    async plan() {
      return (await done(['plan', 'local'])).stdout.replace(/^Pending restart:\n[^]*?\n\n/, '');
    },
    console: () => readFile(home.path('demo-box', 'serial.log'), 'utf8'),
  };
}

/** What rows call files of the guest. */
function filesOf({ image, kernel, initrd }: LimaGuest): Readonly<Record<string, string>> {
  return { IMAGE: image, KERNEL: kernel, INITRD: initrd };
}

function manifest({ home }: PrivateHome, fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([name, value]) => `    ${name}: ${value}\n`);
  return `name: local
type: local
project: demo
engines:
  host: { driver: lima, home: ${home} }
vms:
  box:
${lines.join('')}`;
}
