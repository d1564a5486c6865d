/**
 * A program in front of a real one that counts how often it is called, and ends whoever called it by kill -9 at the n-th call:
 * before the real one hears of it, or once that has done what it was told. Put first on the PATH.
 */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

export interface KillMoment {
  /** Counted from 1. */
  readonly call: number;
  readonly when: 'before' | 'after';
}

export interface KillingOptions {
  /** What the real program is called. */
  readonly program: string;
  /** A pattern of the shell: such calls only listen, are not counted, and end with who listens. */
  readonly listens: string;
}

function script({ program, listens }: KillingOptions): string {
  return `#!/bin/sh
case "$*" in ${listens}) PATH=$TRUEUP_TEST_PATH; exec ${program} "$@" ;; esac
count=$(flock "$TRUEUP_TEST_KILLING/lock" sh -c 'n=$(($(cat "$TRUEUP_TEST_KILLING/count") + 1)); echo $n | tee "$TRUEUP_TEST_KILLING/count"')
PATH=$TRUEUP_TEST_PATH; export PATH
if [ "$count before" = "$TRUEUP_TEST_KILL" ]; then kill -9 $PPID; exit 1; fi
${program} "$@"; status=$?
if [ "$count after" = "$TRUEUP_TEST_KILL" ]; then kill -9 $PPID; fi
exit $status
`;
}

export class KillingCommand {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async in(scratch: string, options: KillingOptions): Promise<KillingCommand> {
    const folder = join(scratch, `killing-${options.program}`);
    await mkdir(folder);
    await writeFile(join(folder, options.program), script(options));
    await chmod(join(folder, options.program), 0o755);
    return new KillingCommand(folder);
  }

  /** The environment of one command, whose calls are counted anew. */
  async environment(base: NodeJS.ProcessEnv, moment: KillMoment | null): Promise<NodeJS.ProcessEnv> {
    await writeFile(join(this.#folder, 'count'), '0\n');
    const path = base['PATH'] ?? '';
    return {
      ...base,
      PATH: [this.#folder, path].join(delimiter),
      TRUEUP_TEST_PATH: path,
      TRUEUP_TEST_KILLING: this.#folder,
      TRUEUP_TEST_KILL: moment === null ? '' : `${moment.call} ${moment.when}`,
    };
  }

  async calls(): Promise<number> {
    return Number(await readFile(join(this.#folder, 'count'), 'utf8'));
  }
}
