/** The entry of the bundle: `bin/trueup.js` has seen to the runtime and to `--version`. */
import { runProgram } from './program.ts';

// A reader that goes away (`trueup apply | head`) must not end a run halfway: what nobody reads is dropped.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

await runProgram(process.argv.slice(2));
