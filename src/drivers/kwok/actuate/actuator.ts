/** The actuator: one step at a time per cluster, and a way to its ports. */
import type { Duplex } from 'node:stream';
import { connect as connectSocket } from 'node:net';
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { Step } from '../../../model/plan.ts';
import type { Actuator } from '../../driver.ts';
import type { StepContext } from '../../step-context.ts';
import type { ConnectTarget } from '../../reach.ts';
import type { ObjectReference } from '../../scope.ts';
import { Turns } from '../../turns.ts';
import { findBinaries } from '../binaries.ts';
import type { Binaries } from '../create-arguments.ts';
import { CHANGING_MS, openConnections } from '../connection.ts';
import type { Engine } from '../engine.ts';
import { processesOf } from '../observe/processes.ts';
import { configArgument, isVerb, nameArgument, type Verb } from '../steps/verbs.ts';
import type { Changing, ClusterArguments } from './changing.ts';
import { createCluster } from './create.ts';
import { populateCluster } from './populate.ts';
import { removeCluster } from './remove.ts';
import { startCluster } from './start.ts';
import { stopCluster } from './stop.ts';
import { updateCluster } from './update.ts';

type Handler = (changing: Changing, step: Step) => Promise<JsonObject>;

const HANDLERS: Readonly<Record<Verb, Handler>> = {
  create: (changing, step) => createCluster(changing, step.address, argumentsOf(step)),
  start: (changing, step) => startCluster(changing, argumentsOf(step)),
  stop: (changing, step) => stopCluster(changing, nameArgument(step.args)),
  update: (changing, step) => updateCluster(changing, step.address, argumentsOf(step)),
  populate: (changing, step) => populateCluster(changing, argumentsOf(step)),
  remove: (changing, step) => removeCluster(changing, nameArgument(step.args)),
};

export function kwokActuator(engine: Engine): Actuator {
  const connections = openConnections(CHANGING_MS);
  const turns = new Turns();
  let found: Promise<Binaries> | null = null;
  const binaries = (): Promise<Binaries> => (found ??= findBinaries());
  const making = new Turns();
  const creating = <T>(act: () => Promise<T>): Promise<T> => making.take(engine.root, act);
  return {
    run(step: Step, context: StepContext): Promise<JsonObject> {
      const { verb } = step;
      if (!isVerb(verb)) throw new TrueupError('internal', `kwok has no verb ${verb}`);
      const changing: Changing = { engine, context, connections, processes: processesOf(), binaries, creating };
      return turns.take(nameArgument(step.args), () => {
        context.signal.throwIfAborted();
        return HANDLERS[verb](changing, step);
      });
    },
    exec: ({ name }: ObjectReference) => Promise.reject(nothingRuns(name, 'there is no node to run a command in')),
    connect: (_object, target, signal) => connectTo(target, signal),
    close() {
      connections.close();
      return Promise.resolve();
    },
  };
}

function argumentsOf({ args }: Step): ClusterArguments {
  return { name: nameArgument(args), config: configArgument(args) };
}

function nothingRuns(name: string, why: string): TrueupError {
  return new TrueupError('unsupported', `cluster ${name} only acts as if pods ran: ${why}`, {
    fields: { cluster: name },
    next: 'take a cluster with real nodes, such as of driver kind',
  });
}

/** Its processes listen on this machine. */
function connectTo(target: ConnectTarget, signal: AbortSignal): Promise<Duplex> {
  if ('path' in target)
    return Promise.reject(new TrueupError('unsupported', `a cluster of kwok has no socket ${target.path}`));
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  const socket = connectSocket({ host: '127.0.0.1', port: target.port, signal });
  socket.once('error', reject);
  socket.once('connect', () => {
    socket.removeListener('error', reject);
    resolve(socket);
  });
  return promise;
}
