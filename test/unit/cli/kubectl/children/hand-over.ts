/** Hands its streams over to the program of its first word, and ends as that did. */
import { handOver } from '../../../../../src/cli/kubectl/hand-over.ts';
import { failureOf } from '../../../../../src/model/failure.ts';

const [name = '', ...args] = process.argv.slice(2);
process.exitCode = await handOver({ name, args, environment: process.env, install: 'install it' }).catch(
  (error: unknown) => {
    const { code, next } = failureOf(error);
    console.error(`${code}: ${next ?? ''}`);
    return 99;
  },
);
