/** `trueup parity`: one environment held against another, or several against each other. Exit 2 where something would bite. */
import { Option } from 'commander';
import { SEVERITIES, type Severity } from '../../model/change.ts';
import { TrueupError } from '../../model/failure.ts';
import { COMPARISON_MODES, type ComparisonMode } from '../../model/parity.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { PARITY_FORMATS } from '../delivering.ts';
import type { ExitStatus } from '../exit-status.ts';
import { addInputOptions, collect, type GlobalOptions, wholeNumber } from '../options.ts';
import { FIX_SIDES, type FixOptions, fixSide } from '../parity-fix-options.ts';
import { parityHistory } from '../parity-history.ts';
import { parityMatrix } from '../parity-matrix.ts';
import { parityPair } from '../parity-pair.ts';
import type { SidesOptions } from '../parity-sides.ts';
import { addFormatOptions, type FormatOptions, withMistakesPrinted } from '../plan-formats.ts';

export interface ParityOptions extends GlobalOptions, SidesOptions, FormatOptions, FixOptions {
  readonly mode: ComparisonMode;
  readonly failOn: Severity;
  readonly all: boolean;
  readonly report: boolean;
  readonly matrix: boolean;
  readonly history: boolean;
  readonly limit?: number;
  readonly bisect: boolean;
  readonly against?: string;
  /** `false` for none, whatever the settings say. */
  readonly reference?: string | false;
}

export const command: CommandDefinition = defineCommand<ParityOptions>({
  formats: PARITY_FORMATS,
  configure(parity) {
    addFormatOptions(addInputOptions(parity), PARITY_FORMATS)
      .description(
        'Hold one environment against another: what differs, what of it would bite, and what to do about it. Each is an environment, ENVIRONMENT@REVISION, or a file of `trueup observe --out`. Exit 2 when something differs that counts.',
      )
      .argument(
        '<environment...>',
        'the source and the target; alone, the source, whose target is `parity.reference` of trueup.yaml',
      )
      .addOption(
        new Option('--mode <mode>', 'all that is declared, what runs, or what matters of what is declared')
          .choices(COMPARISON_MODES)
          .default('semantic'),
      )
      .addOption(
        new Option('--fail-on <severity>', 'the least that exits with 2').choices(SEVERITIES).default('warning'),
      )
      .option('--all', 'also show what is of no weight, and what is waived', false)
      .option('--matrix', 'compare several environments, each pair of them', false)
      .option('--reference <environment>', 'with --matrix: compare each with this one alone')
      .option('--no-reference', 'with --matrix: each pair, whatever trueup.yaml says')
      .option('--history', 'show how the parity of the two went on, from the reports that were kept', false)
      .option('--limit <n>', 'with --history: the last so many reports (default: 20)', wholeNumber(1))
      .option('--bisect', 'with --history: find the commit that did it among however many it may have been', false)
      .option('--against <revision>', 'also say what it was at this revision, and what of it is new since')
      .addOption(
        new Option(
          '--fix [side]',
          'take over from the other side what can be, in the manifests of the source or the target',
        )
          .choices(FIX_SIDES)
          .argParser(fixSide)
          .preset('source'),
      )
      .option(
        '--only <address[:field]>',
        'with --fix: this one alone, such as `web` or `service.web:container.image`; may be repeated',
        collect,
        [],
      )
      .option('--auto-approve', 'with --fix: write without asking', false)
      .option('--keep-going', 'where an environment has mistakes, compare what they do not touch', false)
      .option('--no-report', 'write no report');
  },
  run: (context, words, options) =>
    withMistakesPrinted(context, 'parity', options, () => parityCommand(context, words, options)),
});

function parityCommand(context: CommandContext, words: readonly string[], options: ParityOptions): Promise<ExitStatus> {
  assertUse(options, context);
  if (options.matrix) return parityMatrix(context, words, options);
  return options.history ? parityHistory(context, words, options) : parityPair(context, words, options);
}

function assertFixUse({ fix, only, autoApprove, matrix, history, mode }: ParityOptions): void {
  const problem =
    fix === undefined
      ? only.length > 0
        ? '--only is for --fix'
        : autoApprove
          ? '--auto-approve is for --fix'
          : null
      : matrix || history
        ? `--fix is for two environments, not for ${matrix ? '--matrix' : '--history'}`
        : mode === 'runtime'
          ? '--fix edits what is declared, and --mode runtime compares what runs'
          : null;
  if (problem !== null) throw new TrueupError('usage', problem, { next: 'see `trueup parity --help`' });
}

/** What belongs to one way of comparing is no use in another. */
function assertUse(options: ParityOptions, { output }: CommandContext): void {
  assertFixUse(options);
  const { matrix, history, reference, keepGoing, limit, bisect, also, against, mode } = options;
  const problem =
    matrix && history
      ? '--matrix and --history exclude each other'
      : !matrix && reference !== undefined
        ? '--reference is for --matrix'
        : history && keepGoing === true
          ? '--keep-going is for comparing, and --history compares nothing'
          : !history && limit !== undefined
            ? '--limit is for --history'
            : !history && bisect
              ? '--bisect is for --history'
              : history && !isOfHistory(output, also)
                ? '--history is printed as text, JSON or HTML'
                : against !== undefined && (matrix || history || mode === 'runtime')
                  ? '--against is for two environments as they are declared'
                  : null;
  if (problem !== null) throw new TrueupError('usage', problem, { next: 'see `trueup parity --help`' });
}

/** Findings are of one report. */
function isOfHistory(output: string, also: ParityOptions['also']): boolean {
  return ['text', 'json', 'html'].includes(output) && also.every(({ format }) => format === 'html');
}
