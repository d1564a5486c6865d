/** `trueup load`: puts images of an engine of containers into the nodes of a cluster, so that pods need no registry. */
import { imageSources } from '../../flow/clusters/image-sources.ts';
import { loadImages } from '../../flow/clusters/load-images.ts';
import { reachCluster } from '../../flow/clusters/reach.ts';
import { modelsOf } from '../../flow/load.ts';
import { lockProject } from '../../flow/locking.ts';
import { safeText } from '../../report/safe-text.ts';
import { plural } from '../../report/words.ts';
import { isPassing, type LockHolder, waitingWords } from '../../state/locks/lock-holder.ts';
import { namedCluster } from '../clusters.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { EXIT } from '../exit-status.ts';
import { addLockOption, type LockOptions, lockTimeoutOf } from '../lock-option.ts';
import { addInputOptions, type GlobalOptions, type InputOptions } from '../options.ts';

interface LoadCommandOptions extends GlobalOptions, InputOptions, LockOptions {
  readonly cluster?: string;
  readonly engine?: string;
}

export const command: CommandDefinition = defineCommand<LoadCommandOptions>({
  configure(load) {
    addLockOption(addInputOptions(load))
      .description('Put images into the nodes of a cluster. What was built for services needs no registry for pods.')
      .argument('<image...>', 'images as their engine knows them, or addresses of services that have them')
      .option('--cluster <cluster>', 'the cluster: its key, or its address; the only one when absent')
      .option('--engine <name>', 'the engine that has the images; the one of the services when absent');
  },
  async run(context, words, options) {
    const workspace = await context.workspace('change');
    const { environment, resource } = await namedCluster(context, workspace, options.cluster ?? null, options);
    const models = await modelsOf(environment, workspace.drivers);
    const sources = imageSources(environment, words, models, options.engine ?? null);
    // A run that makes the cluster anew would take along what is put into it meanwhile.
    const onWait = (holder: LockHolder): void => context.note(safeText(waitingWords(holder)));
    const request = { environment, command: 'trueup load', waitsFor: isPassing, onWait, ...lockTimeoutOf(options) };
    await using lock = await lockProject(workspace, request, context.signal);
    const { signal } = lock;
    await using reached = await reachCluster(lock.workspace, environment, resource, signal);
    const bytes = await loadImages(lock.workspace, reached, sources, {
      signal,
      progress: (message) => context.note(message),
    });
    const images = sources.flatMap(({ engine, references }) => references.map((reference) => ({ reference, engine })));
    const name = `${environment.name}/${resource.address}`;
    context.print(`Loaded ${plural(images.length, 'image')} into ${name}.`);
    if (context.output === 'json')
      context.printJson({ environment: environment.name, address: resource.address, images, bytes });
    return EXIT.done;
  },
});
