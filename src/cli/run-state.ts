/**
 * `start`, `stop` and `restart`, and `suspend` and `resume` of VMs: change nothing but whether services, VMs and clusters run, and
 * remember what was stopped or suspended on purpose.
 */
import { type Selected, withDependencies } from '../flow/selection.ts';
import { modelsOf } from '../flow/load.ts';
import type { PlanOptions } from '../flow/planning.ts';
import { assertLegal, assertLegalMeanwhile } from '../flow/vm-commands.ts';
import { type Address, canRun, typeOf } from '../model/address.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { TrueupError } from '../model/failure.ts';
import type { Recorded } from '../model/observed.ts';
import type { VmCommand } from '../model/vm-status.ts';
import { readRecorded } from '../state/recorded.ts';
import { readVmMemory } from '../state/vm-memory.ts';
import { change, type Changed, type ChangeRequest, conclude } from './changing.ts';
import { type CommandDefinition, defineCommand } from './define-command.ts';
import { EXIT } from './exit-status.ts';
import { addLockOption, type LockOptions, lockTimeoutOf } from './lock-option.ts';
import { addInputOptions, type GlobalOptions, type InputOptions } from './options.ts';
import { planOptions } from './planning.ts';
import { loadSelected } from './selecting.ts';

interface RunStateOptions extends GlobalOptions, InputOptions, LockOptions {
  readonly all: boolean;
}

export interface RunStateCommand {
  readonly name: VmCommand;
  readonly description: string;
  /** What of that is stopped on purpose afterwards. */
  stopped(services: ReadonlySet<Address>, recorded: readonly Address[]): readonly Address[];
  readonly takesDependencies: boolean;
  /** Whether it is about VMs alone; absent: about all that runs. */
  readonly isOfVms?: boolean;
}

export function defineRunStateCommand(spec: RunStateCommand): CommandDefinition {
  return defineCommand<RunStateOptions>({
    // The progress says that it stops.
    interrupt: 'quiet',
    configure(command) {
      addInputOptions(command)
        .description(spec.description)
        .argument('[environment or address...]', `what to ${spec.name}; the only environment when absent`)
        .option('--all', `${spec.name} all environments`, false);
      addLockOption(command);
    },
    async run(context, words, options) {
      const workspace = await context.workspace('change');
      const selected = await loadSelected(context, workspace, words, options, {
        secrets: 'resolve',
        without: 'only',
        all: options.all,
      });
      const changed: Changed[] = [];
      for (const selection of selected) {
        const { environment, addresses } = selection;
        const asked = { command: spec.name, addresses };
        const request: ChangeRequest = {
          command: `trueup ${spec.name}`,
          environment,
          options: async () => {
            const { recorded } = await readRecorded(workspace.state, environment.name);
            return optionsOf(spec, selection, recorded);
          },
          question: null,
          autoApprove: true,
          check: async (planned) => {
            const models = await modelsOf(environment, workspace.drivers);
            assertLegal(asked, { ...planned, owners: workspace.owners, models });
          },
          ...lockTimeoutOf(options),
        };
        changed.push(
          await change(context, workspace, request).catch(async (error: unknown) => {
            // Whoever is at it has written down where it brings the VM.
            if (error instanceof TrueupError && error.code === 'locked')
              assertLegalMeanwhile(asked, await readVmMemory(workspace.state, environment.name));
            throw error;
          }),
        );
        if (changed.at(-1)?.status === EXIT.interrupted) break;
      }
      return conclude(context, changed);
    },
  });
}

function optionsOf(
  spec: RunStateCommand,
  selection: Selected,
  { stopped: recorded, suspended = [] }: Recorded,
): PlanOptions {
  const services = servicesOf(spec, selection);
  const restarted = spec.name === 'restart' ? withRestarting(selection.environment, services, recorded) : services;
  return planOptions({
    fields: 'run_state',
    targets: restarted,
    restart: spec.name === 'restart' ? restarted : new Set(),
    stopped: spec.stopped(services, recorded),
    suspended: [...suspended.filter((address) => !services.has(address)), ...(spec.name === 'suspend' ? services : [])],
  });
}

/** The services with those that restart with them, but for what is stopped on purpose. */
function withRestarting(
  environment: DesiredEnvironment,
  services: ReadonlySet<Address>,
  stopped: readonly Address[],
): ReadonlySet<Address> {
  const reached = new Set(services);
  for (const address of reached) {
    for (const dependent of environment.resources.values()) {
      const isAsked = dependent.dependencies.some((dependency) => dependency.restart && dependency.address === address);
      if (isAsked && !stopped.includes(dependent.address)) reached.add(dependent.address);
    }
  }
  return reached;
}

function servicesOf(spec: RunStateCommand, { environment, addresses }: Selected): ReadonlySet<Address> {
  const named = addresses.length === 0 ? [...environment.resources.keys()] : addresses;
  const reached = spec.takesDependencies ? withDependencies(environment, named) : new Set(named);
  const services = [...reached].filter((address) =>
    spec.isOfVms === true ? typeOf(address) === 'vm' : canRun(typeOf(address)),
  );
  if (services.length === 0) {
    throw new TrueupError('usage', `there is nothing to ${spec.name} in ${addresses.join(', ') || environment.name}`);
  }
  return new Set(services);
}
