/** `trueup observe`: what is there now, saved to plan from elsewhere. Changes nothing but the file of `--out`. */
import { resolve } from 'node:path';
import { takeObservation } from '../../flow/observing.ts';
import { TrueupError } from '../../model/failure.ts';
import { isJsonObject } from '../../model/json.ts';
import type { SavedObservation } from '../../model/observation.ts';
import { maskDocument } from '../../report/mask-document.ts';
import { safeText } from '../../report/safe-text.ts';
import { plural } from '../../report/words.ts';
import { observationJson, writeObservationFile } from '../../state/observation-file.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { addInputOptions, type GlobalOptions, type InputOptions } from '../options.ts';
import { loadSelected } from '../selecting.ts';
import { warnOfProblem } from '../warnings.ts';

interface ObserveOptions extends GlobalOptions, InputOptions {
  readonly out?: string;
}

export const command: CommandDefinition = defineCommand<ObserveOptions>({
  configure(observe) {
    addInputOptions(observe)
      .description(
        'Look at what is there, and save it for `trueup plan --observed FILE`, which then needs no engine. Secrets are left out.',
      )
      .argument('[environment]', 'what to look at; the only environment when absent')
      .option('--out <file>', 'where to save it; only you can read the file');
  },
  async run(context, words, options) {
    if (options.out === undefined && context.output !== 'json') {
      throw new TrueupError('usage', '--out is missing', { next: 'say where to save it: `trueup observe --out FILE`' });
    }
    const workspace = await context.workspace('read');
    const [selected, ...more] = await loadSelected(context, workspace, words, options, {
      secrets: 'resolve',
      without: 'only',
    });
    if (selected === undefined || more.length > 0 || selected.addresses.length > 0) {
      throw new TrueupError('usage', 'an observation is of one environment, and of all of it', {
        next: 'name the environment',
      });
    }
    const now = new Date().toISOString();
    const taken = await takeObservation(workspace, selected.environment, now, context.signal);
    for (const problem of taken.problems) warnOfProblem(context, problem);
    const plain = observationJson(taken.observation);
    const document = isJsonObject(plain) ? maskDocument(plain, (text) => context.mask(text)) : {};
    if (options.out !== undefined) await writeObservationFile(resolve(context.directory, options.out), document);
    context.print(summaryOf(taken.observation, options.out ?? ''));
    for (const line of silentLines(taken.observation)) context.note(line);
    if (context.output === 'json') context.printJson(document);
    return statusOf(taken.observation);
  },
});

function summaryOf({ environment, engines }: SavedObservation, out: string): string {
  const objects = engines.flatMap(({ observation }) => (observation.status === 'known' ? observation.objects : []));
  const found = `${plural(objects.length, 'object')} on ${plural(engines.length, 'engine')}`;
  return `Observed ${safeText(environment)}: ${found}.\nSaved to ${out}; plan from it with: trueup plan --observed ${out}`;
}

function silentLines({ engines }: SavedObservation): readonly string[] {
  return engines.flatMap(({ observation }) =>
    observation.status === 'unreachable'
      ? [`warning: engine ${safeText(observation.engine)} does not answer: ${safeText(observation.error)}`]
      : [],
  );
}

/** It was saved all the same: plans from it say what could not be told. */
function statusOf({ engines }: SavedObservation): ExitStatus {
  return engines.some(({ observation }) => observation.status === 'unreachable') ? EXIT.error : EXIT.done;
}
