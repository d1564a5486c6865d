/** The entry of the bundle: `bin/trueup.cjs` has seen to the runtime and to `--version`. */
import { runProgram } from './program.ts';

// A reader that goes away (`trueup apply | head`) must not end a run halfway: what nobody reads is dropped.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

void runProgram(process.argv.slice(2));
