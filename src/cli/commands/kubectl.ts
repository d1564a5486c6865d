/** `trueup kubectl`: the kubectl of this machine, on a cluster that is named; nothing of the user's own kubeconfig is touched. */
import type { ReachedCluster } from '../../flow/clusters/reach.ts';
import { assertRunning } from '../../flow/clusters/reach.ts';
import { reachNamedCluster } from '../clusters.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { interruptible } from '../interruptible.ts';
import { kubectlVersion, skewWarning } from '../kubectl/client-skew.ts';
import { captured } from '../kubectl/captured.ts';
import { handOver, type Program } from '../kubectl/hand-over.ts';
import { privateKubeconfig } from '../kubectl/private-kubeconfig.ts';
import { addInputOptions, type GlobalOptions, type InputOptions } from '../options.ts';

type KubectlOptions = GlobalOptions & InputOptions;

const INSTALL = 'install kubectl, or print the way there with `trueup kubeconfig` for another client';

export const command: CommandDefinition = defineCommand<KubectlOptions>({
  // At the prompt of a shell in a pod Ctrl-C is the shell's.
  interrupt: 'pass',
  configure(kubectl) {
    addInputOptions(kubectl)
      .description(
        'Run kubectl on a cluster, with a kubeconfig of its own, and end with its exit status. Options of trueup stand before the cluster.',
      )
      .usage('[options] <cluster> [--] <arguments of kubectl...>')
      .argument('<cluster>', 'the cluster: its key, or its address')
      .argument('[arguments...]', 'what kubectl is to do')
      .passThroughOptions();
  },
  async run(context, [word = '', ...rest], options) {
    const args = rest[0] === '--' ? rest.slice(1) : rest;
    const reached = await interruptible(context.signal, (signal) => way(context, word, options, signal));
    await using kubeconfig = await privateKubeconfig(reached.text);
    const program = { name: 'kubectl', args, environment: environmentWith(kubeconfig.path), install: INSTALL };
    // Awaited here: the kubeconfig is gone once this returns.
    return await (context.output === 'json' ? report(context, reached, program) : handOver(program));
  },
});

interface Way {
  readonly environment: string;
  readonly address: string;
  readonly text: string;
}

/** How to get there; nothing is held open while kubectl runs. */
async function way(context: CommandContext, word: string, options: InputOptions, signal: AbortSignal): Promise<Way> {
  const asked = kubectlVersion(process.env, signal).catch(() => null);
  await using reached = await reachNamedCluster(context, word, options, signal);
  assertRunning(reached);
  const { environment, resource, sights } = reached;
  const text = await sights.kubeconfig({ type: resource.type, name: resource.name }, resource.config, signal);
  context.note(skewWarning(await asked, serverVersion(reached)) ?? '');
  return { environment: environment.name, address: resource.address, text };
}

function serverVersion({ object }: ReachedCluster): string | null {
  const version = object.configured['kubernetes_version'];
  return typeof version === 'string' ? version : null;
}

/** Whatever KUBECONFIG the user has means other clusters. */
function environmentWith(path: string): NodeJS.ProcessEnv {
  return { ...process.env, KUBECONFIG: path };
}

async function report(context: CommandContext, { environment, address }: Way, program: Program): Promise<number> {
  const { exitCode, output } = await interruptible(context.signal, (signal) => captured(program, signal));
  const said = context.mask(output);
  context.printJson({ environment, address, command: ['kubectl', ...program.args], exit_code: exitCode, output: said });
  return exitCode;
}
