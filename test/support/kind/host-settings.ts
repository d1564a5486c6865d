/**
 * Settings of the kernel that the kubelet of a node sets for the whole machine, because it is privileged: noted before, and written
 * back after.
 */
import { readFile, writeFile } from 'node:fs/promises';

const SETTINGS: readonly string[] = [
  'vm/overcommit_memory',
  'kernel/panic',
  'kernel/panic_on_oops',
  'kernel/keys/root_maxkeys',
  'kernel/keys/root_maxbytes',
].map((name) => `/proc/sys/${name}`);

export class HostSettings implements AsyncDisposable {
  readonly #noted: ReadonlyMap<string, string>;

  private constructor(noted: ReadonlyMap<string, string>) {
    this.#noted = noted;
  }

  static async note(): Promise<HostSettings> {
    const noted = await Promise.all(SETTINGS.map(async (path) => [path, await readFile(path, 'utf8')] as const));
    return new HostSettings(new Map(noted));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [path, text] of this.#noted) if ((await readFile(path, 'utf8')) !== text) await writeFile(path, text);
  }
}
