/** The entry of the bundle: `bin/trueup.js` has seen to the runtime and to `--version`. */
import { runProgram } from './program.ts';

await runProgram(process.argv.slice(2));
