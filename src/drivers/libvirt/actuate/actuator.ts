/** The actuator: one step at a time per machine, and a way into what runs. */
import type { Duplex } from 'node:stream';
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { Step } from '../../../model/plan.ts';
import type { Actuator } from '../../driver.ts';
import { Recent } from '../../recent.ts';
import type { StepContext } from '../../step-context.ts';
import { Turns } from '../../turns.ts';
import type { Engine } from '../engine.ts';
import { askFacts } from '../observe/ask-facts.ts';
import { connectInto } from '../reach/connect.ts';
import { execInMachine } from '../reach/exec.ts';
import { Tunnels } from '../reach/tunnel.ts';
import { configArgument, isVerb, textArgument, type Verb } from '../steps/verbs.ts';
import { changingVirsh } from '../virsh/virsh.ts';
import type { Changing } from './changing.ts';
import { defineMachine } from './define.ts';
import { createDisk, growDisk, removeDisk, updateDisk } from './disks.ts';
import { moveDisk } from './move-disk.ts';
import { startMachine } from './start.ts';
import { forgetMemory } from './forget-memory.ts';
import { stopMachine, suspendMachine } from './stop.ts';
import { machineActions } from './machine-actions.ts';
import { undefineMachine } from './undefine.ts';
import { updateMachine } from './update.ts';

type Handler = (changing: Changing, step: Step) => Promise<JsonObject>;

const HANDLERS: Readonly<Record<Verb, Handler>> = {
  define: (changing, step) => defineMachine(changing, step.address, argumentsOf(step)),
  update: (changing, step) => updateMachine(changing, step.address, argumentsOf(step)),
  start: (changing, step) => startMachine(changing, nameOf(step), step.args['as_neighbour'] === true),
  stop: (changing, step) =>
    stopMachine(changing, nameOf(step), {
      grace: step.args['stop_grace_period'] ?? null,
      isLeaving: step.args['leaving'] === true,
      isSwept: step.args['swept'] === true,
    }),
  suspend: (changing, step) => suspendMachine(changing, nameOf(step), step.args['as_neighbour'] === true),
  forget: (changing, step) => forgetMemory(changing, nameOf(step)),
  undefine: (changing, step) => undefineMachine(changing, nameOf(step), step.args['swept'] === true),
  create_disk: (changing, step) => createDisk(changing, step.address, argumentsOf(step)),
  move_disk: (changing, step) => moveDisk(changing, textArgument(step.args, 'from'), nameOf(step)),
  grow_disk: (changing, step) => growDisk(changing, argumentsOf(step)),
  update_disk: (changing, step) => updateDisk(changing, step.address, argumentsOf(step)),
  remove_disk: (changing, step) => removeDisk(changing, nameOf(step), step.args['remade'] === true),
};

export function libvirtActuator(engine: Engine): Actuator {
  const virsh = changingVirsh(engine);
  const turns = new Turns();
  const tunnels = new Tunnels();
  const facts = new Recent((signal) => askFacts(virsh, signal));
  const factsNow = facts.get.bind(facts);
  return {
    run(step: Step, context: StepContext): Promise<JsonObject> {
      const { verb } = step;
      if (!isVerb(verb)) throw new TrueupError('internal', `libvirt has no verb ${verb}`);
      const changing: Changing = { virsh, context, facts: () => factsNow(context.signal) };
      // Nearly every run asks for them sooner or later: meanwhile the first step does its work.
      void changing.facts().catch(() => undefined);
      return turns.take(nameOf(step), () => {
        context.signal.throwIfAborted();
        return HANDLERS[verb](changing, step);
      });
    },
    exec: (object, config, command, options) => execInMachine({ virsh, vm: object.name, config }, command, options),
    machines: machineActions(engine, (name, context, act) => {
      const changing: Changing = { virsh, context, facts: () => factsNow(context.signal) };
      return turns.take(name, () => {
        context.signal.throwIfAborted();
        return act(changing);
      });
    }),
    connect: (object, target, signal, config): Promise<Duplex> =>
      connectInto({ virsh, vm: object.name }, target, { tunnels, config: config ?? null }, signal),
    close: () => tunnels.close(),
  };
}

function nameOf({ args }: Step): string {
  return textArgument(args, 'name');
}

function argumentsOf(step: Step): { readonly name: string; readonly config: JsonObject } {
  return { name: nameOf(step), config: configArgument(step.args) };
}
