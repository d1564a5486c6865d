/** Takes a lock, says so, and keeps it until told to release it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { acquireLock, type LockRequest } from '../../../../src/state/locks/lock.ts';

interface Input {
  readonly folder: string;
  readonly request: LockRequest;
  /** Starts a process that outlives this one, as engines do. */
  readonly offspring?: boolean;
  /** Ends without releasing, as soon as nothing keeps the process alive. */
  readonly thenExit?: boolean;
}

const { folder, request, offspring, thenExit } = JSON.parse(process.argv[2] ?? '{}') as Input;
const lock = await acquireLock(request, { signal: new AbortController().signal, folder });
if (offspring) {
  const started = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
  started.unref();
  console.log(started.pid);
}
console.log('"held"');
if (!thenExit) {
  await once(process.stdin, 'data');
  await lock[Symbol.asyncDispose]();
  console.log('"released"');
  process.stdin.destroy();
}
