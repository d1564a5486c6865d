/**
 * The images that kubeadm asks for, under its names, made of programs that were built here: each holds its one program, and what that
 * calls. They lie in a node image, whose containerd takes them in when it starts.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { BUILT_PROGRAMS } from '../docker/build-programs.ts';
import { KUBERNETES_VERSION } from '../kubernetes/build-kubernetes.ts';
import { type ImageConfig, writeImageArchive } from './image-archive.ts';

const run = promisify(execFile);

/** Writes archives into a folder; resolves with the reference of the image of sandboxes. */
export async function writeComponentImages(folder: string, base: string): Promise<string> {
  const kubeadm = join(BUILT_PROGRAMS, 'kubeadm');
  const version = ['--kubernetes-version', `v${KUBERNETES_VERSION}`];
  const { stdout } = await run(kubeadm, ['config', 'images', 'list', ...version]);
  const references = stdout.split('\n').filter((line) => line !== '');
  for (const reference of references) {
    const name = basename(reference).replace(/:.*$/, '');
    const root = await mkdtemp(join(dirname(folder), 'root-'));
    try {
      const config = await fill(root, name, base);
      await writeImageArchive(join(folder, `${name}.tar`), { reference, root, config });
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  }
  const pause = references.find((reference) => basename(reference).startsWith('pause:'));
  if (pause === undefined) throw new Error('kubeadm names no image of sandboxes');
  return pause;
}

async function fill(root: string, name: string, base: string): Promise<ImageConfig> {
  if (name === 'pause') {
    await cp('/bin/busybox', join(root, 'busybox'));
    // It ends when it is told to: without a word about that, the first process of a name space hears nothing, and a node that is
    // stopped waits for it in vain.
    return { Entrypoint: ['/busybox', 'sh', '-c', 'trap "exit 0" TERM; /busybox sleep 1000000000 & wait'] };
  }
  if (name === 'coredns') {
    await cp(join(BUILT_PROGRAMS, 'coredns'), join(root, 'coredns'));
    return { Entrypoint: ['/coredns'] };
  }
  await mkdir(join(root, 'usr/local/bin'), { recursive: true });
  await cp(join(BUILT_PROGRAMS, name), join(root, 'usr/local/bin', name));
  if (name === 'kube-proxy') await addTables(root, base);
  return { Env: ['PATH=/usr/local/bin:/usr/sbin'] };
}

/** The program that writes the rules of the kernel, with its modules and libraries. */
async function addTables(root: string, base: string): Promise<void> {
  for (const name of ['run', 'usr/bin', 'usr/sbin', 'usr/lib', 'usr/lib64'])
    await mkdir(join(root, name), { recursive: true });
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) await symlink(`usr/${name}`, join(root, name));
  const program = 'usr/sbin/xtables-nft-multi';
  await cp(join(base, program), join(root, program));
  for (const family of ['iptables', 'ip6tables'])
    for (const suffix of ['', '-save', '-restore'])
      await symlink('xtables-nft-multi', join(root, 'usr/sbin', `${family}${suffix}`));
  const architecture = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const modules = `usr/lib/${architecture}-linux-gnu/xtables`;
  await mkdir(dirname(join(root, modules)), { recursive: true });
  // Many of them are links to each other, which have to stay that.
  await run('cp', ['-a', join(base, modules), join(root, modules)]);
  const linked = [`/${program}`, ...(await readdir(join(base, modules))).map((name) => `/${modules}/${name}`)];
  for (const library of await libraries(base, linked)) {
    await mkdir(join(root, dirname(library)), { recursive: true });
    await cp(join(base, library), join(root, library), { dereference: true });
  }
}

async function libraries(base: string, files: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await run('chroot', [base, 'ldd', ...files], { maxBuffer: 16 * 1024 * 1024 });
  const found = [...stdout.matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm)].map((match) => match[1] ?? '');
  return [...new Set(found)];
}
