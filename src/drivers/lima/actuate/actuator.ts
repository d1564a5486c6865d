/** The actuator: one step at a time per machine, and a way into what runs. */
import type { Duplex } from 'node:stream';
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { Step } from '../../../model/plan.ts';
import type { Actuator } from '../../driver.ts';
import type { StepContext } from '../../step-context.ts';
import { Turns } from '../../turns.ts';
import type { Engine } from '../engine.ts';
import { changingLimactl } from '../limactl/limactl.ts';
import { factsNow } from '../observe/observer.ts';
import { connectInto } from '../reach/connect.ts';
import { execInMachine } from '../reach/exec.ts';
import { configArgument, isVerb, textArgument, type Verb } from '../steps/verbs.ts';
import type { Changing, Named } from './changing.ts';
import { createMachine } from './create.ts';
import { deleteMachine } from './delete.ts';
import { createDisk, growDisk, moveDisk, removeDisk, updateDisk } from './disks.ts';
import { withKeyOf } from './first-key.ts';
import { type InTurn, machineActions } from './machine-actions.ts';
import { renameMachine } from './rename.ts';
import { startMachine } from './start.ts';
import { stopMachine } from './stop.ts';
import { updateMachine } from './update.ts';

type Handler = (changing: Changing, step: Step) => Promise<JsonObject>;

const HANDLERS: Readonly<Record<Verb, Handler>> = {
  create: (changing, step) => createMachine(changing, step.address, named(step)),
  update: (changing, step) => updateMachine(changing, step.address, named(step)),
  rename: (changing, step) => renameMachine(changing, textArgument(step.args, 'previous'), nameOf(step)),
  start: (changing, step) => startMachine(changing, named(step), step.args['as_neighbour'] === true),
  stop: (changing, step) => stopMachine(changing, nameOf(step), step.args['stop_grace_period'] ?? null),
  delete: (changing, step) => deleteMachine(changing, nameOf(step)),
  create_disk: (changing, step) => createDisk(changing, step.address, named(step)),
  move_disk: (changing, step) => moveDisk(changing, textArgument(step.args, 'from'), nameOf(step)),
  grow_disk: (changing, step) => growDisk(changing, named(step)),
  update_disk: (changing, step) => updateDisk(changing, step.address, named(step)),
  remove_disk: (changing, step) => removeDisk(changing, nameOf(step)),
};

export function limaActuator(engine: Engine): Actuator {
  const limactl = changingLimactl(engine);
  const facts = factsNow(limactl);
  const turns = new Turns();
  const withKey = withKeyOf(engine);
  const inTurnsOf: Changing['inTurnsOf'] = (machines, act) => turns.takeAll(machines, act);
  const inTurn: InTurn = (name, context, act) =>
    turns.take(name, () => {
      context.signal.throwIfAborted();
      return act({ limactl, context, withKey, inTurnsOf, facts: () => facts(context.signal) });
    });
  return {
    run(step: Step, context: StepContext): Promise<JsonObject> {
      const { verb } = step;
      if (!isVerb(verb)) throw new TrueupError('internal', `Lima has no verb ${verb}`);
      return inTurn(nameOf(step), context, (changing) => HANDLERS[verb](changing, step));
    },
    machines: machineActions(limactl, inTurn),
    exec: (object, _config, command, options) => execInMachine(limactl, object.name, command, options),
    connect: (object, target, signal): Promise<Duplex> => connectInto(limactl, object.name, target, signal),
    close: () => Promise.resolve(),
  };
}

function nameOf({ args }: Step): string {
  return textArgument(args, 'name');
}

function named(step: Step): Named {
  return { name: nameOf(step), config: configArgument(step.args) };
}
