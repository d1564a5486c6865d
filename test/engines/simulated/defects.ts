/** Ways in which a driver can be wrong, as wrappers around a right one: each breaks promises of the contract. */
import type { Actuator, Driver, DriverModel, Observer } from '../../../src/drivers/driver.ts';
import { TrueupError } from '../../../src/model/failure.ts';
import type { Observation, ObservedObject } from '../../../src/model/observed.ts';
import type { Step } from '../../../src/model/plan.ts';
import { SEALER } from '../../support/sealer.ts';

export interface Defect {
  readonly name: string;
  /** Promises that it must break, by name. */
  readonly breaks: readonly string[];
  wrap(driver: Driver): Driver;
}

export const DEFECTS: readonly Defect[] = [
  {
    name: 'takes an engine that does not answer for an empty one',
    breaks: ['an engine that does not answer is unreachable with a reason, which is not the same as empty'],
    wrap: (driver) =>
      withObservation(driver, (observation) => {
        const { engine } = observation;
        if (observation.status === 'known') return observation;
        return { status: 'known', engine, facts: { kind: 'simulated', version: '1' }, objects: [] };
      }),
  },
  {
    name: 'forgets whose things are',
    breaks: ['ownership is read back as it was written', 'what was removed is missing, and made again'],
    wrap: (driver) => withObjects(driver, (object) => ({ ...object, ownership: null })),
  },
  {
    name: 'compares nothing but the run state',
    breaks: ['a change in place keeps the service running, as the same object and the same start'],
    wrap: (driver) =>
      withModel(driver, { comparable: (_type, config) => ({ run_state: config['run_state'] ?? null }) }),
  },
  {
    name: 'reconnects without the aliases',
    breaks: ['a network that is made anew has all its services back, with their aliases'],
    wrap: (driver) =>
      withActuator(driver, (actuator) => ({
        run: (step, context) => {
          const endpoint = { network: 'contract_inner', key: 'inner', aliases: [] };
          const args = step.verb === 'connect' ? { ...step.args, endpoint } : step.args;
          return actuator.run({ ...step, args }, context);
        },
      })),
  },
  {
    name: 'keeps nothing of what it replaces',
    breaks: [
      'what is set aside is known by its name and owner, does not run, and is in the way of nothing',
      'what is set aside comes back wherever its change was cut off',
    ],
    wrap: (driver) =>
      withActuator(driver, (actuator) => ({
        run: (step, context) => actuator.run(step.verb === 'set_aside' ? { ...step, verb: 'remove' } : step, context),
      })),
  },
  {
    name: 'brings a service back without its networks',
    breaks: ['what is brought back runs as it did before, as itself, with all that it was attached to'],
    wrap: (driver) =>
      withActuator(driver, (actuator) => ({
        run: (step, context) => {
          const args = step.verb === 'restore' ? { ...step.args, endpoints: [] } : step.args;
          return actuator.run({ ...step, args }, context);
        },
      })),
  },
  {
    name: 'leaves a volume as it is, whatever it is to be filled with',
    breaks: [
      'the data of a volume is an archive that brings it back',
      'what a volume is filled with takes the place of all that it held',
      'a volume of somebody else is not filled',
    ],
    wrap: (driver) => withActuator(driver, () => ({ writeVolume: async () => {} })),
  },
  {
    name: 'reads nothing where a volume is gone',
    breaks: ['a volume that is gone can be neither read nor filled, and is not made by that'],
    wrap: (driver) =>
      withActuator(driver, () => ({
        async *readVolume() {
          yield new Uint8Array();
        },
      })),
  },
  {
    name: 'shows a paused service as running',
    breaks: ['a service that was paused is seen, and goes on as the same start'],
    wrap: (driver) =>
      withObjects(driver, (object) =>
        object.status.run_state === 'paused'
          ? { ...object, configured: { ...object.configured, run_state: 'running' } }
          : object,
      ),
  },
  {
    name: 'never finds two values equal that are written differently',
    breaks: ['what was created is observed as desired, without any difference'],
    wrap: (driver) => withModel(driver, { equal: () => false }),
  },
  {
    name: 'replaces for every change',
    breaks: ['a change in place keeps the service running, as the same object and the same start'],
    wrap: (driver) => withModel(driver, { effect: () => 'replace' }),
  },
  {
    name: 'changes in place what has to be replaced',
    breaks: ['a change by replacement makes another object under the same name'],
    wrap: (driver) => withModel(driver, { effect: () => 'in_place' }),
  },
  {
    name: 'cannot do a thing twice',
    breaks: [
      'every step can be repeated without a second effect',
      'what is removed is gone, also when it runs, and removing it again is nothing to do',
    ],
    wrap: (driver) => {
      const done = new Set<string>();
      return withRun(driver, async (step, run) => {
        const key = `${step.id} ${JSON.stringify(step.args)}`;
        if (done.has(key)) throw new TrueupError('step_failed', 'already done');
        done.add(key);
        return run();
      });
    },
  },
  {
    name: 'takes a namesake for its own',
    breaks: ['making something whose name is taken fails, and leaves the namesake as it was'],
    wrap: (driver) =>
      withRun(driver, (_step, run) =>
        run().catch((error: unknown) => {
          if (error instanceof TrueupError && error.code === 'name_in_use') return {};
          throw error;
        }),
      ),
  },
  {
    name: 'ends half done, and forgets what it was',
    breaks: ['removing can be cut off in the middle of any step, and doing it again puts it right'],
    wrap: (driver) => withRun(driver, async (step, run) => (step.verb === 'remove' ? {} : run())),
  },
  {
    name: 'works on although it was aborted',
    breaks: ['a step that is aborted before it begins does nothing, and ends with the reason'],
    wrap: (driver) =>
      withActuator(driver, (actuator) => ({
        run: (step, context) => actuator.run(step, { ...context, signal: new AbortController().signal }),
      })),
  },
  {
    name: 'starts on stopping',
    breaks: ['what is stopped stays stopped, and stopping it again is nothing to do'],
    wrap: (driver) => withRun(driver, async (step, run) => (step.verb === 'stop' ? {} : run())),
  },
  {
    name: 'rejects for commands that are not found',
    breaks: ['a command that does not exist ends with status 127'],
    wrap: (driver) =>
      withActuator(driver, (actuator) => ({
        exec: async (object, config, command, options) => {
          const result = await actuator.exec(object, config, command, options);
          if (result.exit_code === 127) throw new TrueupError('command_not_found', 'not found');
          return result;
        },
      })),
  },
  {
    name: 'runs commands in what does not run',
    breaks: ['no command runs in what does not run'],
    wrap: (driver) =>
      withActuator(driver, (actuator) => ({
        exec: (object, config, command, options) =>
          actuator.exec(object, config, command, options).catch(() => ({ exit_code: 1, output: '' })),
      })),
  },
  {
    name: "lists what is ours as nobody's",
    breaks: [
      'a list of all, where the engine has one, shows what is ours with its mark and what is not without, and null where nobody answers',
    ],
    wrap: (driver) =>
      withObserver(driver, (observer) => ({
        listAll: async (signal) =>
          (await observer.listAll?.(signal))?.map((object) => ({ ...object, ownership: null })) ?? null,
      })),
  },
  {
    name: 'knows no tail',
    breaks: ['logs are the lines that were written, in their order'],
    wrap: (driver) =>
      withObserver(driver, (observer) => ({
        logs: (object, { tail: _tail, ...options }, signal) => observer.logs(object, options, signal),
      })),
  },
  {
    name: 'hears nothing',
    breaks: ['what the world does to a service is announced'],
    wrap: (driver) =>
      withObserver(driver, () => ({
        async *events(_scope, signal) {
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
          yield* [];
        },
      })),
  },
];

function withModel(driver: Driver, part: Partial<DriverModel>): Driver {
  return { ...driver, model: { ...driver.model, ...part } };
}

function withObserver(driver: Driver, part: (observer: Observer) => Partial<Observer>): Driver {
  return {
    ...driver,
    observer: async (engine) => {
      const observer = await driver.observer(engine, SEALER);
      return {
        observe: (scope, signal) => observer.observe(scope, signal),
        events: (scope, signal) => observer.events(scope, signal),
        logs: (object, options, signal) => observer.logs(object, options, signal),
        close: () => observer.close(),
        ...part(observer),
      };
    },
  };
}

function withObservation(driver: Driver, change: (observation: Observation) => Observation): Driver {
  return withObserver(driver, (observer) => ({
    observe: async (scope, signal) => change(await observer.observe(scope, signal)),
  }));
}

function withObjects(driver: Driver, change: (object: ObservedObject) => ObservedObject): Driver {
  return withObservation(driver, (observation) =>
    observation.status === 'known' ? { ...observation, objects: observation.objects.map(change) } : observation,
  );
}

function withActuator(driver: Driver, part: (actuator: Actuator) => Partial<Actuator>): Driver {
  return {
    ...driver,
    actuator: async (engine) => {
      const actuator = await driver.actuator(engine);
      return {
        run: (step, context) => actuator.run(step, context),
        exec: (object, config, command, options) => actuator.exec(object, config, command, options),
        connect: (object, target, signal) => actuator.connect(object, target, signal),
        readVolume: (name, context) => actuator.readVolume?.(name, context) ?? nothing(),
        writeVolume: async (name, archive, context) => actuator.writeVolume?.(name, archive, context),
        close: () => actuator.close(),
        ...part(actuator),
      };
    },
  };
}

type Run = () => ReturnType<Actuator['run']>;

function withRun(driver: Driver, around: (step: Step, run: Run) => ReturnType<Actuator['run']>): Driver {
  return withActuator(driver, (actuator) => ({
    run: (step, context) => around(step, () => actuator.run(step, context)),
  }));
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // An engine that has no volumes has nothing to read.
}
