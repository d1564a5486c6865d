/**
 * A virsh in front of the real one that counts how often it is called, and ends whoever called it by kill -9 at the n-th call:
 * before libvirt hears of it, or once it has done what it was told. Put first on the PATH.
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
count=$(flock "$TRUEUP_TEST_VIRSH/lock" sh -c 'n=$(($(cat "$TRUEUP_TEST_VIRSH/count") + 1)); echo $n | tee "$TRUEUP_TEST_VIRSH/count"')
PATH=$TRUEUP_TEST_PATH; export PATH
if [ "$count before" = "$TRUEUP_TEST_KILL" ]; then kill -9 $PPID; exit 1; fi
virsh "$@"; status=$?
if [ "$count after" = "$TRUEUP_TEST_KILL" ]; then kill -9 $PPID; fi
exit $status
`;

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
    await writeFile(join(this.#folder, 'count'), '0\n');
    const path = base['PATH'] ?? '';
    return {
      ...base,
      PATH: [this.#folder, path].join(delimiter),
      TRUEUP_TEST_PATH: path,
      TRUEUP_TEST_VIRSH: this.#folder,
      TRUEUP_TEST_KILL: moment === null ? '' : `${moment.call} ${moment.when}`,
    };
  }

  async calls(): Promise<number> {
    return Number(await readFile(join(this.#folder, 'count'), 'utf8'));
  }
}
