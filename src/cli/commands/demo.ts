/**
 * `trueup demo`: all of it in a scratch repo. However it ends (done, failed, interrupted at any moment) nothing that it
 * started keeps running, and nothing of the user's is touched.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Option } from 'commander';
import { TrueupError } from '../../model/failure.ts';
import { elapsedText } from '../../report/words.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import type { DemoEngine } from '../demo/demo-engine.ts';
import { DEMO_IMAGE, onContainers } from '../demo/on-containers.ts';
import { onProcesses } from '../demo/on-processes.ts';
import { clearScratch, makeScratch, type Scratch } from '../demo/scratch.ts';
import { Stage } from '../demo/stage.ts';
import { playStory } from '../demo/story.ts';
import { EXIT } from '../exit-status.ts';
import type { GlobalOptions } from '../options.ts';

interface DemoOptions extends GlobalOptions {
  readonly engine: 'process' | 'docker';
  readonly image?: string;
  readonly keep: boolean;
}

/** An interrupted demo takes at most this long to remove what it made in good order; then it uses force. */
const GOOD_ORDER_MS = 15_000;

export const command: CommandDefinition = defineCommand<DemoOptions>({
  interrupt: 'quiet',
  configure(demo) {
    demo
      .description(
        'Plan, apply, change, break, heal and remove a small real environment in a scratch git repo. Touches nothing of yours.',
      )
      .addOption(new Option('--engine <name>', 'what runs it').choices(['process', 'docker']).default('process'))
      .option(
        '--image <reference>',
        `of its containers, with a shell, httpd and wget (default: ${DEMO_IMAGE}, or another busybox that is there)`,
      )
      .option('--keep', 'keep the scratch repo', false);
  },
  async run(given, _words, options) {
    const started = performance.now();
    const context = endingWithItsReader(given);
    const { keep } = options;
    const engine = await engineOf(options, context.signal);
    const scratch = makeScratch(engine);
    // A second Ctrl-C, or a defect, ends this process at once: this is the last chance to clean up.
    const lastChance = (): void => void clearScratch(scratch, engine, keep);
    process.once('exit', lastChance);
    const stage = new Stage(context, scratch);
    let failure: { readonly error: unknown } | null = null;
    try {
      await playStory(stage, scratch, engine, context.signal);
    } catch (error) {
      failure = { error };
      if (context.signal.aborted) context.note('\nInterrupted: removing what the demo started.');
      await removeInGoodOrder(stage, scratch);
    }
    process.off('exit', lastChance);
    const { quiet, reports } = clearScratch(scratch, engine, keep);
    const ms = Math.round(performance.now() - started);
    const left = quiet ? null : engine.leftText(scratch);
    await stage.say(farewell(scratch, { left, reports, keep, ms }));
    if (left !== null) throw new TrueupError('stop_timeout', left);
    if (context.signal.aborted) return EXIT.interrupted;
    if (failure !== null) throw failure.error;
    if (context.output === 'json') {
      context.printJson({ acts: stage.acts, reports, repo: keep ? scratch.repo : null, duration_ms: ms });
    }
    return EXIT.done;
  },
});

/** `trueup demo | head` is an interrupt too: whoever watched has left. */
function endingWithItsReader(context: CommandContext): CommandContext {
  const left = new AbortController();
  const leave = (error: Error): void =>
    left.abort(new TrueupError('interrupted', 'nobody reads any more', { cause: error }));
  context.stdout.on('error', leave);
  return { ...context, signal: AbortSignal.any([context.signal, left.signal]) };
}

async function engineOf({ engine, image }: DemoOptions, signal: AbortSignal): Promise<DemoEngine> {
  if (engine === 'docker') return onContainers(image, signal);
  if (image === undefined) return onProcesses();
  throw new TrueupError('usage', '--image goes with --engine docker: local processes need no image');
}

async function removeInGoodOrder(stage: Stage, { repo }: Scratch): Promise<void> {
  if (!existsSync(join(repo, '.trueup'))) return;
  const args = ['destroy', 'local', '--volumes', '--auto-approve'];
  await stage.quietly(args, AbortSignal.timeout(GOOD_ORDER_MS)).catch(() => undefined);
}

interface Farewell {
  readonly left: string | null;
  readonly reports: string | null;
  readonly keep: boolean;
  readonly ms: number;
}

function farewell(scratch: Scratch, { left, reports, keep, ms }: Farewell): string {
  return [
    left ?? 'Nothing is left running.',
    `All of it took ${elapsedText(ms)}.`,
    ...(reports === null ? [] : [`Every plan, run and drift is reported as JSON in ${reports}.`]),
    ...(keep ? [`The repo is kept in ${scratch.repo}.`] : []),
  ].join(' ');
}
