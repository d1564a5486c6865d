/**
 * A virsh in front of the real one that writes down what it is called for, and ends whoever called it by kill -9 at the n-th call:
 * before libvirt hears of it, or once it has done what it was told, of which nobody hears. Put first on the PATH.
 */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

export interface KillMoment {
  /** Counted from 1. */
  readonly call: number;
  readonly when: 'before' | 'after';
}

/** Who only listens is no call, and ends with who listens. */
const SCRIPT = `#!/bin/sh
case "$*" in *"event --all"*) PATH=$TRUEUP_TEST_PATH; exec virsh "$@" ;; esac
said=$(printf '%s' "$*" | tr '\\n' ' ')
count=$(printf '%s\\n' "$said" | flock "$TRUEUP_TEST_VIRSH/lock" sh -c 'cat >>"$TRUEUP_TEST_VIRSH/calls"; wc -l <"$TRUEUP_TEST_VIRSH/calls"')
PATH=$TRUEUP_TEST_PATH; export PATH
if [ "$count before" = "$TRUEUP_TEST_KILL" ]; then kill -9 $PPID; exit 1; fi
virsh "$@"; status=$?
if [ "$count after" = "$TRUEUP_TEST_KILL" ]; then kill -9 $PPID; fi
exit $status
`;

/** Commands that leave everything as it is. */
const READING =
  /^(?:echo|capabilities|version|list|dom(?:state|ifaddr|uuid)|dumpxml|nodememstats|managedsave-dumpxml|pool-(?:list|info|dumpxml|refresh)|vol-(?:list|dumpxml|download)|snapshot-list|qemu-(?:agent|monitor)-command)$/;

export class KillingVirsh {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async in(scratch: string): Promise<KillingVirsh> {
    const folder = join(scratch, 'killing-virsh');
    await mkdir(folder);
    await writeFile(join(folder, 'virsh'), SCRIPT);
    await chmod(join(folder, 'virsh'), 0o755);
    return new KillingVirsh(folder);
  }

  /** The environment of one command, whose calls are counted anew. */
  async environment(base: NodeJS.ProcessEnv, moment: KillMoment | null): Promise<NodeJS.ProcessEnv> {
    await writeFile(join(this.#folder, 'calls'), '');
    const path = base['PATH'] ?? '';
    return {
      ...base,
      PATH: [this.#folder, path].join(delimiter),
      TRUEUP_TEST_PATH: path,
      TRUEUP_TEST_VIRSH: this.#folder,
      TRUEUP_TEST_KILL: moment === null ? '' : `${moment.call} ${moment.when}`,
    };
  }

  /** Of each call of the last command, in their order, the commands of virsh that change something. */
  async calls(): Promise<readonly (readonly string[])[]> {
    const lines = (await readFile(join(this.#folder, 'calls'), 'utf8')).split('\n').slice(0, -1);
    return lines.map((line) => {
      const [, commands = ''] = /--connect \S+ (.*)$/.exec(line) ?? [];
      const names = commands.split(';').map((command) => /[\w-]+/.exec(command)?.[0] ?? '');
      return [...new Set(names)].filter((name) => name !== '' && !READING.test(name));
    });
  }
}
