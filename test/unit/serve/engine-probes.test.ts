/** Which connection a probe goes by, of engines that only count who opens and closes one. */
import { expect, it } from 'vitest';
import type { EngineDeclaration } from '../../../src/model/desired.ts';
import { EngineProbes } from '../../../src/serve/probes/engine-probes.ts';
import type { ProbeTarget } from '../../../src/serve/probes/probe-targets.ts';
import { service } from '../../support/planning.ts';
import { never } from '../git/scratch-repo.ts';

it('is the one that is there until the name of an engine stands for another one', async () => {
  const opened: string[] = [];
  const closed: string[] = [];
  const identity = ({ settings }: EngineDeclaration): string => JSON.stringify(settings['host']);
  const driver = {
    identity,
    actuator: (engine: EngineDeclaration) => {
      opened.push(identity(engine));
      return Promise.resolve({
        exec: () => Promise.resolve({ exitCode: 0, output: '' }),
        close: () => Promise.resolve(void closed.push(identity(engine))),
      });
    },
  };
  const workspace = { drivers: { load: () => Promise.resolve(driver) } };
  await using probes = new EngineProbes();
  const probe = async (engine: object): Promise<void> => {
    const check = { test: ['true'], endpoints: [], timeoutMs: 1000 };
    const target = { engine, workspace, resource: service('service.web'), check } as unknown as ProbeTarget;
    // What becomes of it is not asked here.
    await probes.probe(target, never).catch(() => undefined);
  };
  const declared = (host: string): object => ({ name: 'mine', driver: 'any', settings: { host } });

  const first = declared('one');
  for (const engine of [first, first, declared('one')]) await probe(engine);
  expect(opened).toEqual(['"one"']);

  await probe(declared('two'));
  expect({ opened, closed }).toEqual({ opened: ['"one"', '"two"'], closed: ['"one"'] });
});
