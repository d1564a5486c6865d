/**
 * The example `lab` as it stands in this repo, beside a container engine, a libvirt of our own and programs of Kubernetes. An
 * environment `here` is laid over it: it brings the guest that tests boot, ports that are free, and an image that the engine has.
 */
import { execFile } from 'node:child_process';
import { cp, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { CliResult } from '../cli.ts';
import { BUILT_PROGRAMS } from '../docker/build-programs.ts';
import { type DockerRepo, dockerRepo } from '../docker/docker-repo.ts';
import { PLAIN_IMAGE } from '../docker/images.ts';
import { freePort } from '../free-port.ts';
import { buildGuest, type Guest } from '../libvirt/guest.ts';
import { PrivateHost } from '../libvirt/private-host.ts';

const EXAMPLE = join(import.meta.dirname, '..', '..', '..', 'environments', 'lab');

export interface LabRepo extends DockerRepo {
  readonly host: PrivateHost;
  /** Where the board and the guest are asked. */
  readonly urls: { readonly board: string; readonly guest: string };
  /** Lays more over the example, as YAML, and commits. */
  lay(more: string): Promise<void>;
  /** Runs the command, which has to succeed. */
  done(args: readonly string[]): Promise<CliResult>;
  kubectl(...args: readonly string[]): Promise<string>;
  /** All that is left on any engine, of what the environment declares. */
  remains(): Promise<readonly string[]>;
}

/** Use it once what obtainLab builds is there. */
export async function labRepo(): Promise<LabRepo> {
  await using opened = new AsyncDisposableStack();
  const guest = await buildGuest();
  const host = opened.use(await PrivateHost.start());
  const repo = opened.use(await dockerRepo({ '.gitignore': '.trueup/\nreports/\n' }));
  repo.env['PATH'] = `${BUILT_PROGRAMS}${delimiter}${repo.env['PATH'] ?? ''}`;
  repo.env['LIBVIRT_DEFAULT_URI'] = host.uri;
  const clusters = join(repo.env['XDG_STATE_HOME'] ?? '', 'trueup', 'kwok', 'clusters');
  const ports = { board: await freePort(), guest: await freePort() };
  await cp(EXAMPLE, join(repo.root, 'environments', 'lab'), { recursive: true });
  const lay = async (more: string): Promise<void> => {
    await repo.write({ 'environments/here/environment.yaml': `${overlay(guest, ports)}${more}` });
    await repo.commit();
  };
  await lay('');
  const closing = opened.move();
  return {
    ...repo,
    host,
    urls: { board: `http://127.0.0.1:${ports.board}/`, guest: `http://127.0.0.1:${ports.guest}/health` },
    lay,
    async done(args) {
      const result = await repo.trueup(args);
      expect(result, `${result.stdout}\n${result.stderr}`).toMatchObject({ status: 0 });
      return result;
    },
    async kubectl(...args) {
      const kubeconfig = join(clusters, 'here-dev', 'kubeconfig.yaml');
      const { stdout } = await promisify(execFile)(join(BUILT_PROGRAMS, 'kubectl'), [
        '--kubeconfig',
        kubeconfig,
        ...args,
      ]);
      return stdout.trim();
    },
    async remains() {
      const found = await Promise.all([
        repo.docker('ps', '--all', '--format', '{{.Names}}'),
        repo.docker('volume', 'ls', '--format', '{{.Name}}'),
        repo.docker('network', 'ls', '--filter', 'type=custom', '--format', '{{.Name}}'),
        host.remains(),
      ]);
      const processes = (await repo.processes()).map(String);
      return [...found.flatMap((text) => text.split('\n')), ...(await readdir(clusters)), ...processes].filter(Boolean);
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

function overlay(guest: Guest, ports: { readonly board: number; readonly guest: number }): string {
  return `name: here
type: local
extends: ../lab
variables: { image: "${PLAIN_IMAGE}", guest: ${guest.image}, port: "${ports.board}", guest_port: "${ports.guest}" }
vms:
  box:
    accelerator: tcg
    memory: 128MiB
    disk: 32MiB
    kernel: ${guest.kernel}
    initrd: ${guest.initrd}
    cmdline: ${JSON.stringify(guest.cmdline)}
    # It has no cloud-init, and tells how it is without being told to.
    provision: null
`;
}
