/** `trueup kubeconfig`: how to reach a cluster, as tools around Kubernetes read it. */
import { resolve } from 'node:path';
import { PRIVATE_FILE } from '../../files/atomic-file.ts';
import { unwritableReason, writeOutputFile } from '../../files/output-file.ts';
import { TrueupError } from '../../model/failure.ts';
import { reachNamedCluster } from '../clusters.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { EXIT } from '../exit-status.ts';
import { addInputOptions, type GlobalOptions, type InputOptions } from '../options.ts';

interface KubeconfigOptions extends GlobalOptions, InputOptions {
  readonly out?: string;
}

export const command: CommandDefinition = defineCommand<KubeconfigOptions>({
  configure(kubeconfig) {
    addInputOptions(kubeconfig)
      .description('Print a kubeconfig with one context, which reaches a cluster from this machine. It holds its keys.')
      .argument('<cluster>', 'the cluster: its key, or its address')
      .option('--out <file>', 'write it there instead; only you can read the file');
  },
  async run(context, [word = ''], options) {
    await using reached = await reachNamedCluster(context, word, options);
    const { environment, resource, sights } = reached;
    const object = { type: resource.type, name: resource.name };
    const text = await sights.kubeconfig(object, resource.config, context.signal);
    if (options.out !== undefined) await save(resolve(context.directory, options.out), text);
    const { address } = resource;
    if (context.output === 'json') {
      const where = options.out === undefined ? { kubeconfig: text } : { file: options.out };
      context.printJson({ environment: environment.name, address, ...where });
    } else if (options.out === undefined) context.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    else context.note(`The kubeconfig of ${environment.name}/${address} is in ${options.out}.`);
    return EXIT.done;
  },
});

/** What stands there is replaced whole: a merge into what somebody uses is for the field `kubeconfig` of the cluster. */
async function save(path: string, text: string): Promise<void> {
  await writeOutputFile(path, text, PRIVATE_FILE).catch((error: unknown) => {
    throw new TrueupError('kubeconfig_refused', `${path} cannot be written: ${unwritableReason(error)}`, {
      cause: error,
      next: 'name a file that can be written',
    });
  });
}
