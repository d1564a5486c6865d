/** The engine that the tests of this run are run beside, and acts of the world on it that trueup has no part in. */
import { EngineCalls } from './engine-calls.ts';
import { ENGINE_VARIABLES } from './engine-variables.ts';
import { ENGINE_KINDS, type EngineKind } from './kinds.ts';

export interface EngineUnderTest {
  readonly kind: EngineKind;
  /** `unix://…` */
  readonly host: string;
  readonly socket: string;
  readonly calls: EngineCalls;
}

/** Throws outside of `npm run test:docker`, which starts one. */
export function engineUnderTest(): EngineUnderTest {
  const host = process.env[ENGINE_VARIABLES.host];
  const kind = ENGINE_KINDS.find((name) => name === process.env[ENGINE_VARIABLES.kind]);
  if (host === undefined || kind === undefined) throw new Error('there is no engine: npm run test:docker starts one');
  const socket = host.replace('unix://', '');
  return { kind, host, socket, calls: new EngineCalls(socket) };
}
