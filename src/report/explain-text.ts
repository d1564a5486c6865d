/** An explanation for people: what the next plan does and why, then what it waits for, then field by field who says what. */
import type {
  Blame,
  BlamedDeclaration,
  BlamedSource,
  ExplainedField,
  Explanation,
  FieldOrigin,
  VariableOrigin,
} from '../model/explanation.ts';
import { jsonEqual, type Json } from '../model/json.ts';
import { formatSource } from '../model/source.ts';
import { causeText } from './difference-text.ts';
import { hideAmong } from './explain-secrets.ts';
import { commitText, nextSentence } from './explain-sentence.ts';
import { fieldText } from './field-text.ts';
import { wrapParts, wrapWords } from './layout.ts';
import { type Paint, painter } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText, shorten } from './safe-text.ts';
import { waitLines } from './explain-waits-text.ts';
import { valueText } from './value-text.ts';
import { momentText, plural, revisionText } from './words.ts';

const INDENT = 6;
const LONGEST_VALUE = 80;

export function renderExplanation(explanation: Explanation, options: RenderOptions): string {
  const paint = painter(options.color);
  const blocks = [
    headText(explanation, options, paint),
    wrapWords(nextSentence(explanation), options.width, 2),
    placeLines(explanation, options).join('\n'),
    waitLines(explanation, options, paint).join('\n'),
    explanation.fields.map((field) => fieldLines(field, explanation, options, paint).join('\n')).join('\n'),
    hiddenText(explanation),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function headText(explanation: Explanation, { width }: RenderOptions, paint: Paint): string {
  const { address, environment, revision } = explanation;
  const where = `of ${safeText(environment)} at ${revisionText(revision)}`;
  return wrapParts([paint('strong', safeText(address)), where], width, 2);
}

function placeLines(explanation: Explanation, { width }: RenderOptions): readonly string[] {
  const { declaration, recorded, declared } = explanation;
  const lines: readonly (readonly [string, readonly string[]])[] = [
    [
      'declared',
      declaration === null ? [declared ? 'nowhere by itself' : 'no manifest declares it'] : blamedParts(declaration),
    ],
    ['recorded', [recordedText(recorded)]],
    ['live', [liveText(explanation)]],
    ...explanation.beside.map(
      (name) => ['beside', [`${safeText(name)} carries its labels too, and is in no manifest`]] as const,
    ),
  ];
  return lines.map(([label, parts]) => wrapParts([`  ${label.padEnd(9)}`, ...parts], width, INDENT + 7));
}

function recordedText(recorded: Explanation['recorded']): string {
  if (recorded === null) return 'nothing: trueup has not applied it, or has forgotten';
  const from = recorded.revision === null ? 'before the first commit' : `from ${recorded.revision.slice(0, 7)}`;
  return `applied ${from}${recorded.unfinished ? ', by a run that did not end' : ''}`;
}

function liveText({ live, engine }: Explanation): string {
  const on = `on engine ${safeText(engine)}`;
  switch (live.status) {
    case 'unknown':
      return `unknown: engine ${safeText(engine)} did not answer`;
    case 'absent':
      return `its engine ${safeText(engine)} does not exist yet`;
    case 'missing':
      return `not there ${on}`;
    case 'there': {
      const states = [live.run_state, live.health, live.reason].flatMap((state) =>
        state === null ? [] : [safeText(state)],
      );
      const said = [...new Set(states)].join(', ');
      return `${safeText(live.name ?? '')} ${on}${said === '' ? '' : `: ${said}`}`;
    }
    default:
      return live.status satisfies never;
  }
}

function fieldLines(
  field: ExplainedField,
  explanation: Explanation,
  options: RenderOptions,
  paint: Paint,
): readonly string[] {
  const { difference, ignored, origin, compared, declaration } = field;
  const values = hideAmong(field);
  const notes = [difference === null ? '' : causeText(difference.cause, paint), ignored ? '[ignored by a rule]' : ''];
  const head = [`  ${paint(difference === null ? 'strong' : 'change', fieldText(field.field_path))}`, ...notes];
  const rows: (readonly [string, readonly string[]])[] = [
    ['desired', [textOf(values.desired, options), ...desiredParts(origin, declaration)]],
  ];
  const isSameRecorded = explanation.recorded !== null && jsonEqual(field.recorded, field.desired);
  const isSameLive = explanation.live.status === 'there' && compared && jsonEqual(field.live, field.desired);
  const live = liveValue(values.live, field, explanation, options);
  if (isSameRecorded && isSameLive) rows.push(['', ['recorded and live are the same']]);
  else if (isSameRecorded) rows.push(['recorded', ['the same']], ['live', [live]]);
  else {
    const recorded = explanation.recorded === null ? 'nothing is recorded' : textOf(values.recorded, options);
    rows.push(['recorded', [recorded]], ['live', [isSameLive ? 'as desired' : live]]);
  }
  return [
    wrapParts(head, options.width, INDENT),
    ...rows.map(([label, parts]) => wrapParts([`      ${label.padEnd(9)}`, ...parts], options.width, INDENT + 10)),
    ...contentLines(declaration, options),
    ...variableLines(declaration, options),
  ];
}

function liveValue(value: Json, { compared }: ExplainedField, { live }: Explanation, options: RenderOptions): string {
  if (live.status === 'unknown') return 'unknown';
  if (live.status !== 'there') return 'not there';
  return compared ? textOf(value, options) : 'not compared: its engine does not hold it';
}

function textOf(value: Json, { verbose }: RenderOptions): string {
  const text = valueText(value, true);
  return verbose === true ? text : shorten(text, LONGEST_VALUE);
}

const ORIGIN_WORDS: Readonly<Record<FieldOrigin, string>> = {
  manifest: '',
  default: 'the default',
  image: "the image's own",
  intent: 'stopped on purpose, by `trueup stop`',
  none: '',
};

function desiredParts(origin: FieldOrigin, declaration: BlamedDeclaration | null): readonly string[] {
  if (declaration === null) return [ORIGIN_WORDS[origin]];
  const { inherited_from: from, overrides } = declaration;
  return [
    ...blamedParts(declaration),
    from === null ? '' : `(inherited from ${safeText(from)})`,
    overrides === null ? '' : `(overrides ${safeText(formatSource(overrides))})`,
  ];
}

function blamedParts({ source, blame }: BlamedSource): readonly string[] {
  return [`${safeText(formatSource(source))},`, blameText(blame)];
}

function blameText(blame: Blame): string {
  switch (blame.kind) {
    case 'commit': {
      const day = momentText(blame.date).slice(0, 10);
      const summary = blame.summary === '' ? '' : `: ${safeText(blame.summary)}`;
      return `${commitText(blame)}, ${day}${summary}`;
    }
    case 'not_committed':
      return 'not committed yet';
    case 'not_tracked':
      return 'not tracked by git';
    case 'unknown':
      return `git cannot say who wrote it: ${safeText(blame.reason)}`;
    default:
      return blame satisfies never;
  }
}

const VARIABLE_WORDS: Readonly<Record<VariableOrigin, string>> = {
  command_line: 'set by --var',
  manifest: 'set in',
  process_environment: 'set in the environment of the command',
  env_file: 'set in a file of variables',
  not_set: 'not set: what stands beside it counts',
};

function contentLines(declaration: BlamedDeclaration | null, { width }: RenderOptions): readonly string[] {
  const content = declaration?.content ?? null;
  if (content === null) return [];
  return [wrapParts([`                of ${safeText(content.file)},`, blameText(content.blame)], width, INDENT + 14)];
}

function variableLines(declaration: BlamedDeclaration | null, { width }: RenderOptions): readonly string[] {
  return (declaration?.variables ?? []).map(({ name, origin, source, blame }) => {
    const place = source === null || blame === null ? [] : blamedParts({ source, blame });
    return wrapParts([`                \${${safeText(name)}}`, VARIABLE_WORDS[origin], ...place], width, INDENT + 14);
  });
}

function hiddenText({ hidden, fields }: Explanation): string {
  if (hidden === 0) return '';
  const more = fields.length === 0 ? 'field' : 'more field';
  return `${plural(hidden, more)}: --all shows ${hidden === 1 ? 'it' : 'them'}.`;
}
