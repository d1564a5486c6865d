/**
 * A virsh in front of the real one that writes down what it is called for, and ends whoever called it by kill -9 at one of the
 * calls: before libvirt hears of it, or while virsh carries it out, of which nobody hears then. Put first on the PATH.
 */
import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

export interface KillMoment {
  /** Counted from 1; or the first that has this command. */
  readonly call: number | string;
  readonly when: 'before' | 'during';
}

/** One process a call, which becomes virsh. Who only listens is no call. 2 is LOCK_EX; 1 is LOCK_SH, which lasts as long as virsh. */
const SCRIPT = `#!/usr/bin/perl
my ($under_way, $calls, $said, $folder, $kill) = (undef, undef, "@ARGV", @ENV{'TRUEUP_TEST_VIRSH', 'TRUEUP_TEST_KILL'});
$ENV{PATH} = $ENV{TRUEUP_TEST_PATH};
if ($said !~ /event --all/) {
  $said =~ tr/\\n/ /;
  $^F = 99;
  open($under_way, '>>', "$folder/under-way") && flock($under_way, 1) or die;
  $^F = 2;
  open($calls, '+>>', "$folder/calls") && flock($calls, 2) or die;
  print $calls "$said\\n";
  seek($calls, 0, 0);
  my $count = () = <$calls>;
  close $calls;
  my ($when, $call) = split / /, $kill;
  if ($call eq $count || ($call =~ /\\D/ && !-e "$folder/met" && $said =~ /; $call /)) {
    open(my $met, '>', "$folder/met");
    kill 'KILL', getppid;
    exit 1 if $when eq 'before';
  }
}
exec 'virsh', @ARGV;
`;

const run = promisify(execFile);

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
    await rm(join(this.#folder, 'met'), { force: true });
    const path = base['PATH'] ?? '';
    return {
      ...base,
      PATH: [this.#folder, path].join(delimiter),
      TRUEUP_TEST_PATH: path,
      TRUEUP_TEST_VIRSH: this.#folder,
      TRUEUP_TEST_KILL: moment === null ? '' : `${moment.when} ${moment.call}`,
    };
  }

  /** Once no call is under way any more: what was sent is carried out, whoever is left to hear of it. */
  async settled(): Promise<void> {
    await run('flock', [join(this.#folder, 'under-way'), 'true']);
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
