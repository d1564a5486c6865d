/** Hands the terminal over to the serial console of a machine. What the guest writes is written down all the same. */
import { TrueupError } from '../../../model/failure.ts';
import type { Engine } from '../engine.ts';
import { changingVirsh } from '../virsh/virsh.ts';

export async function openConsole(engine: Engine, vm: string, signal: AbortSignal): Promise<number> {
  const [answer] = await changingVirsh(engine).ask([['domstate', vm]], signal);
  const state = answer?.stdout.trim() ?? '';
  if (!RUNS.has(state))
    throw new TrueupError('not_running', `machine ${vm} is ${answer?.stderr === '' ? state : 'not there'}`, {
      fields: { name: vm },
      next: 'start it first: `trueup start`, or `trueup apply`',
    });
  const { execa } = await import('execa');
  const done = await execa('virsh', ['--quiet', '--connect', engine.uri, 'console', vm, '--safe'], {
    env: { ...process.env, LC_ALL: 'C', LANGUAGE: 'C' },
    extendEnv: false,
    stdio: 'inherit',
    cancelSignal: signal,
    forceKillAfterDelay: 1000,
    reject: false,
  });
  signal.throwIfAborted();
  return done.exitCode ?? 1;
}

const RUNS: ReadonlySet<string> = new Set(['running', 'idle', 'paused', 'in shutdown']);
