/** Why the next plan does what it does about a resource, in one sentence: who changed what, and what that takes. Pure. */
import { type Effect, EFFECTS } from '../model/change.ts';
import type { Blame, ExplainedField, Explanation, NextOutcome } from '../model/explanation.ts';
import { RUN_STATE_PATH } from '../model/field-path.ts';
import { ACTION_WORDS } from './change-words.ts';
import { jsonEqual } from '../model/json.ts';
import { fieldText } from './field-text.ts';
import { safeText } from './safe-text.ts';
import { plural } from './words.ts';

export function nextSentence(explanation: Explanation): string {
  const { next } = explanation;
  const who = safeText(explanation.address);
  switch (next.outcome) {
    case 'change':
      return `${who} ${futureText(explanation, next)}: ${whyText(explanation, next)}${passesText(explanation)}`;
    case 'withheld':
      return `${who} is left as it is: ${withoutName(next.summary, who)}`;
    case 'conflict':
      return `nothing is done about ${who}: ${safeText(next.summary)}`;
    case 'refused':
      return `${who} stands in the way of the whole plan: ${safeText(next.summary)}`;
    case 'unknown':
      return `nothing is planned for ${who}: ${safeText(next.reason)}`;
    case 'nothing':
      return nothingText(explanation, who);
    default:
      return next satisfies never;
  }
}

type NextChange = Extract<NextOutcome, { outcome: 'change' }>;

function futureText({ type, differing }: Explanation, { action, reason }: NextChange): string {
  if (type === 'image') return 'will be pulled';
  if (reason === 'aside_left') return 'will be checked';
  if (reason !== 'not_running') return ACTION_WORDS[action].future;
  return `will be ${wantedRest(differing) ?? 'started'}`;
}

/** Where it is meant to rest: how; `null` where it is meant to run. */
function wantedRest(fields: readonly ExplainedField[]): 'stopped' | 'suspended' | null {
  const wanted = fields.find(({ field_path: path }) => path === RUN_STATE_PATH)?.desired;
  return wanted === 'stopped' || wanted === 'suspended' ? wanted : null;
}

function whyText(explanation: Explanation, next: NextChange): string {
  const { name, live, differing, type } = explanation;
  switch (next.reason) {
    case 'missing':
      return missingText(type, next);
    case 'differs':
      return changedText(differing);
    case 'not_running':
      return notRunningText(explanation);
    case 'replace_because_cannot_update':
      return `${changedText(differing)}, and ${decisiveText(differing)} cannot be changed in place`;
    case 'replace_by_request':
    case 'restart_by_request':
    case 'delete_by_request':
    case 'pull_by_request':
      return 'as asked for';
    case 'pull_always':
      return 'its policy is to pull always';
    case 'restart_with_dependency':
      return `it restarts with ${next.because_of === null ? 'a dependency' : safeText(next.because_of)}`;
    case 'delete_because_no_resource_config':
      return 'no manifest declares it any more';
    case 'delete_because_left_over':
      return `${safeText(name)} stands beside what is declared`;
    case 'aside_left':
      return 'it has not passed its gate yet; what it replaced is kept aside';
    case 'pending_restart':
      return 'what is configured takes effect at a restart, and its manifest asks for one';
    case 'moved':
      return `it is still called ${safeText(live.name ?? '')}, and is to be called ${safeText(name)}`;
    default:
      return next.reason satisfies never;
  }
}

function notRunningText({ differing, live }: Explanation): string {
  const rest = wantedRest(differing);
  if (rest !== null) return `it is meant to be ${rest}`;
  const own = differing.find(({ field_path: path }) => path === RUN_STATE_PATH);
  const why = live.reason === null ? '' : ` (${safeText(live.reason)})`;
  const who = own?.difference?.cause === 'world' ? ', stopped outside of git' : '';
  const isLeft = own !== undefined && isLeftByRun(own);
  const others = differing.filter((field) => field !== own);
  const parts = [
    `it is not running${why}${who}`,
    isLeft ? 'a run that began to change it did not end' : '',
    others.length === 0 ? '' : changedText(others),
  ];
  return parts.filter((part) => part !== '').join(', and ');
}

/** What git wants is what was recorded before a run began to carry it out: that one did not get to the end. */
function isLeftByRun({ difference, desired, recorded }: ExplainedField): boolean {
  return difference?.cause === 'git' && jsonEqual(desired, recorded);
}

function missingText(type: Explanation['type'], { cause, after_unknown: isUnknown }: NextChange): string {
  if (isUnknown) return 'its engine does not exist yet';
  if (type === 'image') return 'it is not on the engine yet';
  switch (cause) {
    case 'git':
      return 'it is declared, and does not exist yet';
    case 'world':
      return 'it is gone, removed outside of git';
    case 'both':
      return 'it is gone, removed outside of git, and git has changed it since it was applied';
    case 'unknown':
      return 'it does not exist; nothing is recorded of it';
    default:
      return cause satisfies never;
  }
}

/** `git changed container.image in 1a2b3c4 by Ann, and labels.a was changed outside of git`. */
function changedText(fields: readonly ExplainedField[]): string {
  const sorted = fields.toSorted(byEffect);
  const of = (...causes: readonly string[]): readonly ExplainedField[] =>
    sorted.filter(({ difference }) => causes.includes(difference?.cause ?? ''));
  const left = sorted.filter(isLeftByRun);
  const parts = [
    ...gitTexts(of('git', 'both').filter((field) => !isLeftByRun(field))),
    left.length === 0
      ? ''
      : `a run that did not end left ${namesText(left)} as ${left.length === 1 ? 'it is' : 'they are'}`,
    worldText(of('world')),
    unknownText(of('unknown')),
  ];
  const said = parts.filter((part) => part !== '');
  return said.length === 0 ? 'it differs' : said.join(', and ');
}

/** What alone asks for a replacement, where something else differs too. */
function decisiveText(fields: readonly ExplainedField[]): string {
  const decisive = fields.filter(({ difference }) => difference?.effect === 'replace');
  return decisive.length === fields.length ? 'that' : namesText(decisive);
}

/** What takes the most comes first: it decides. */
function byEffect(left: ExplainedField, right: ExplainedField): number {
  const rank = ({ difference }: ExplainedField): number => EFFECTS.indexOf(difference?.effect ?? LEAST);
  return rank(right) - rank(left);
}

const LEAST: Effect = 'in_place';

const MOST_AUTHORS = 2;

/** One for each commit; what the most important fields rest on comes first. */
function gitTexts(fields: readonly ExplainedField[]): readonly string[] {
  const groups = [...Map.groupBy(fields, whoText).entries()];
  const told = groups.slice(0, MOST_AUTHORS).map(([who, own]) => {
    const isBoth = own.some(({ difference }) => difference?.cause === 'both');
    return `${who.replace('%', () => namesText(own))}${isBoth ? ', which was changed outside of git too' : ''}`;
  });
  const more = groups.slice(MOST_AUTHORS).flatMap(([, own]) => own).length;
  return more === 0 ? told : [...told, `${plural(more, 'more field')} in other commits`];
}

/** With `%` for what was changed. */
function whoText(field: ExplainedField): string {
  if (field.origin !== 'manifest') return 'git no longer declares %';
  const blame = field.last_change;
  if (blame?.kind === 'not_committed') return 'an edit that is not committed yet changed %';
  return `git changed %${blame?.kind === 'commit' ? ` in ${commitText(blame)}` : ''}`;
}

function worldText(fields: readonly ExplainedField[]): string {
  return fields.length === 0
    ? ''
    : `${namesText(fields)} ${fields.length === 1 ? 'was' : 'were'} changed outside of git`;
}

function unknownText(fields: readonly ExplainedField[]): string {
  if (fields.length === 0) return '';
  return `${namesText(fields)} ${fields.length === 1 ? 'differs' : 'differ'}, and nothing recorded says who changed ${fields.length === 1 ? 'it' : 'them'}`;
}

function namesText(fields: readonly ExplainedField[]): string {
  const [first, second, ...more] = fields.map(({ field_path: path }) => fieldText(path));
  if (second === undefined) return first ?? '';
  return more.length === 0 ? `${first} and ${second}` : `${first} and ${more.length + 1} more fields`;
}

/** `1a2b3c4 by Ann`. */
export function commitText({ commit, author, at_or_before }: Extract<Blame, { kind: 'commit' }>): string {
  const by = author === '' ? '' : ` by ${safeText(author)}`;
  return `${at_or_before ? 'or before ' : ''}${commit.slice(0, 7)}${by}`;
}

function passesText({ passes }: Explanation): string {
  if (passes === null) return '';
  const policy = passes === 'drift_ignored' ? 'ignore' : 'report';
  return `; \`watch\` and \`serve\` leave it alone, because its drift policy is ${policy}`;
}

function nothingText({ type, declared, external, live, fields }: Explanation, who: string): string {
  if (!declared) return `nothing to do: ${who} is not declared, and not there`;
  if (external) return `nothing to do: ${who} is external, and is there`;
  if (type === 'image' && live.status === 'missing') {
    return `nothing to do: ${who} is pulled when something is made from it`;
  }
  const ignored = fields.filter((field) => field.ignored).length;
  const but = ignored === 0 ? '' : ` but for ${ignored === 1 ? 'one field' : `${ignored} fields`} that a rule ignores`;
  return `nothing to do: ${who} is as declared${but}`;
}

/** A summary that begins with the name itself is not to say it twice. */
function withoutName(summary: string, who: string): string {
  const text = safeText(summary);
  return text.startsWith(`${who} `) ? `it ${text.slice(who.length + 1)}` : text;
}
