/** `trueup doctor`: whether this machine and this repo have what trueup needs. Exit 1 when something is missing. */
import { builtInDrivers } from '../../drivers/registry.ts';
import { loadDesired } from '../../flow/load.ts';
import type { Workspace } from '../../flow/workspace.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import { failureOf } from '../../model/failure.ts';
import { type DoctorCheck, doctorDocument, renderDoctor } from '../../report/doctor.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { checkBoot } from '../doctor/check-boot.ts';
import { checkEngines } from '../doctor/check-engines.ts';
import { checkGit, checkLockFolder, checkNode, checkStateFolder, ok, wrong } from '../doctor/checks.ts';
import { EXIT } from '../exit-status.ts';
import type { GlobalOptions } from '../options.ts';
import { loadOptions } from '../selecting.ts';

interface DoctorOptions extends GlobalOptions {
  readonly boot?: string;
}

export const command: CommandDefinition = defineCommand<DoctorOptions>({
  configure(doctor) {
    doctor
      .description('Check what trueup needs: Node.js, git, the repo, folders that it writes to, and the engines.')
      .option('--boot <vm>', 'boot what this VM boots under KVM, in one that is thrown away, and keep what came of it');
  },
  async run(context, _words, { boot }) {
    const { workspace, check } = await openRepo(context);
    const environments = workspace === null ? [] : await environmentsOf(workspace, context.signal);
    // Before the engines: they tell what came of it.
    const trials = boot === undefined ? [] : [await checkBoot(boot, builtInDrivers, environments, context)];
    const checks = [
      await checkNode(),
      await checkGit(context.signal),
      check,
      ...(workspace === null ? [] : [await checkStateFolder(workspace.state.path, workspace.repository.root)]),
      await checkLockFolder(),
      ...(await checkEngines(builtInDrivers, environments, context.signal)),
      ...trials,
    ];
    if (context.output === 'json') context.printJson(doctorDocument({ checks }));
    context.print(renderDoctor({ checks }, context.render));
    return checks.some(({ status }) => status === 'error') ? EXIT.error : EXIT.done;
  },
});

async function openRepo(
  context: CommandContext,
): Promise<{ readonly workspace: Workspace | null; readonly check: DoctorCheck }> {
  try {
    const workspace = await context.workspace('read');
    return { workspace, check: ok('repo', workspace.repository.root) };
  } catch (error) {
    context.signal.throwIfAborted();
    const { message, next } = failureOf(error);
    return { workspace: null, check: wrong('repo', message, next) };
  }
}

/** As far as the manifests can be read: what is wrong in them is for `validate` to say. */
async function environmentsOf(workspace: Workspace, signal: AbortSignal): Promise<readonly DesiredEnvironment[]> {
  const options = loadOptions({ var: {}, profile: [] }, 'leave');
  try {
    return (await loadDesired(workspace, options, signal)).environments;
  } catch {
    signal.throwIfAborted();
    return [];
  }
}
