/** The actuator: one step at a time per cluster, and a way into what runs. */
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { Step } from '../../../model/plan.ts';
import type { Actuator } from '../../driver.ts';
import type { StepContext } from '../../step-context.ts';
import { Turns } from '../../turns.ts';
import { changingDocker } from '../commands/docker.ts';
import { loadArchive } from '../commands/kind.ts';
import type { Engine } from '../engine.ts';
import { connectToNode } from '../reach/connect.ts';
import { execInNode } from '../reach/exec.ts';
import { configArgument, formerArgument, isVerb, nameArgument, type Verb } from '../steps/verbs.ts';
import { assertLost } from './assert-lost.ts';
import { assertMakeable } from './assert-makeable.ts';
import type { Changing } from './changing.ts';
import { createWhole } from './create.ts';
import { fetchNodeImage } from './node-image.ts';
import { ownNodes } from './own-nodes.ts';
import { populateCluster } from './populate.ts';
import { removeCluster } from './remove.ts';
import { startNodes, stopNodes } from './run-nodes.ts';
import { updateCluster } from './update.ts';

type Handler = (changing: Changing, step: Step) => Promise<JsonObject>;

const HANDLERS: Readonly<Record<Verb, Handler>> = {
  fetch: async (changing, { args }) => {
    const config = configArgument(args);
    const previous = args['previous'];
    const own = [nameArgument(args), ...(typeof previous === 'string' ? [previous] : [])];
    // Whose the name is shows before what it is to replace is taken down.
    await ownNodes(changing, nameArgument(args));
    if (args['lost'] === true) await assertLost(changing, typeof previous === 'string' ? previous : nameArgument(args));
    await assertMakeable(changing, config, own);
    return fetchNodeImage(changing, config);
  },
  create: (changing, { address, args }) =>
    createWhole(changing, { address, name: nameArgument(args), config: configArgument(args) }),
  start: (changing, { args }) => startNodes(changing, nameArgument(args)),
  stop: (changing, { args }) => stopNodes(changing, nameArgument(args)),
  update: (changing, { args }) => updateCluster(changing, nameArgument(args), configArgument(args)),
  populate: (changing, { args }) =>
    populateCluster(changing, { name: nameArgument(args), config: configArgument(args), former: formerArgument(args) }),
  remove: (changing, { args }) => removeCluster(changing, nameArgument(args)),
};

export function kindActuator(engine: Engine): Actuator {
  const docker = changingDocker(engine);
  const turns = new Turns();
  return {
    run(step: Step, context: StepContext): Promise<JsonObject> {
      const { verb, args } = step;
      if (!isVerb(verb)) throw new TrueupError('internal', `kind has no verb ${verb}`);
      return turns.take(nameArgument(args), () => {
        context.signal.throwIfAborted();
        return HANDLERS[verb]({ docker, context }, step);
      });
    },
    exec: (object, _config, command, options) => execInNode(docker, object.name, command, options),
    connect: (object, target, signal) => connectToNode(docker, object.name, target, signal),
    async loadImages(object, archive, { signal, progress }) {
      progress(`loading images into the nodes of ${object.name}`);
      await loadArchive(engine, object.name, archive, signal);
    },
    close: () => Promise.resolve(),
  };
}
