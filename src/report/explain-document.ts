/** The public JSON of an explanation (schemas/explain.json). Fields are picked by name, and secrets are hidden. */
import {
  type Blame,
  type BlamedDeclaration,
  type BlamedSource,
  EXPLANATION_FORMAT_VERSION,
  type ExplainedField,
  type Explanation,
  type NextOutcome,
  type Wait,
} from '../model/explanation.ts';
import type { JsonObject } from '../model/json.ts';
import { hideAmong } from './explain-secrets.ts';
import { nextSentence } from './explain-sentence.ts';
import { revisionJson, sourceJson } from './json-parts.ts';

export function explainDocument(explanation: Explanation): JsonObject {
  const { declaration, live, recorded, last_failure: failure } = explanation;
  return {
    format_version: EXPLANATION_FORMAT_VERSION,
    environment: explanation.environment,
    revision: revisionJson(explanation.revision),
    complete: explanation.complete,
    address: explanation.address,
    type: explanation.type,
    name: explanation.name,
    engine: explanation.engine,
    external: explanation.external,
    declared: explanation.declared,
    declaration: declaration === null ? null : blamedJson(declaration),
    live: {
      status: live.status,
      name: live.name,
      run_state: live.run_state,
      health: live.health,
      reason: live.reason,
    },
    beside: explanation.beside,
    recorded: recorded === null ? null : { revision: recorded.revision, unfinished: recorded.unfinished },
    next: { ...nextJson(explanation.next), passes: explanation.passes, sentence: nextSentence(explanation) },
    waits: explanation.waits.map(waitJson),
    last_failure:
      failure === null
        ? null
        : {
            run: failure.run,
            command: failure.command,
            at: failure.at,
            step: failure.step,
            status: failure.status,
            skipped_because: failure.skipped_because,
            message: failure.message,
            next: failure.next,
          },
    fields: explanation.fields.map(fieldJson),
    hidden: explanation.hidden,
  };
}

/** One shape for every outcome: what it does not say is null. */
function nextJson(next: NextOutcome): JsonObject {
  const nothing = { action: null, reason: null, cause: null, after_unknown: false, because_of: null, summary: null };
  switch (next.outcome) {
    case 'change': {
      const { outcome, action, reason, cause, after_unknown, because_of } = next;
      return { ...nothing, outcome, action, reason, cause, after_unknown, because_of };
    }
    case 'withheld':
      return { ...nothing, outcome: next.outcome, reason: next.reason, summary: next.summary };
    case 'conflict':
    case 'refused':
      return { ...nothing, outcome: next.outcome, summary: next.summary };
    case 'unknown':
      return { ...nothing, outcome: next.outcome, summary: next.reason };
    case 'nothing':
      return { ...nothing, outcome: next.outcome };
    default:
      return next satisfies never;
  }
}

function waitJson(wait: Wait): JsonObject {
  const nothing = { engine: null, address: null, condition: null };
  if (wait.on === 'engine') return { ...nothing, on: wait.on, engine: wait.engine, reason: wait.reason };
  if (wait.on !== 'dependency') return { ...nothing, on: wait.on, reason: wait.reason };
  return { ...nothing, on: wait.on, address: wait.address, condition: wait.condition, reason: wait.reason };
}

function fieldJson(field: ExplainedField): JsonObject {
  const { field_path, origin, compared, ignored, difference, declaration, last_change: last } = field;
  const { desired, recorded, live } = hideAmong(field);
  return {
    field_path,
    desired,
    origin,
    recorded,
    live,
    compared,
    ignored,
    difference:
      difference === null
        ? null
        : { cause: difference.cause, severity: difference.severity, effect: difference.effect },
    declaration: declaration === null ? null : declarationJson(declaration),
    last_change: last === null ? null : blameJson(last),
  };
}

function declarationJson(declaration: BlamedDeclaration): JsonObject {
  const { inherited_from, overrides, content, variables } = declaration;
  return {
    ...blamedJson(declaration),
    inherited_from,
    overrides: sourceJson(overrides),
    content: content === null ? null : { file: content.file, blame: blameJson(content.blame) },
    variables: variables.map(({ name, origin, source, blame }) => ({
      name,
      origin,
      source: sourceJson(source),
      blame: blame === null ? null : blameJson(blame),
    })),
  };
}

function blamedJson({ source, blame }: BlamedSource): JsonObject {
  return { source: sourceJson(source), blame: blameJson(blame) };
}

function blameJson(blame: Blame): JsonObject {
  if (blame.kind === 'unknown') return { kind: blame.kind, reason: blame.reason };
  if (blame.kind !== 'commit') return { kind: blame.kind };
  const { kind, commit, author, date, summary, at_or_before } = blame;
  return { kind, commit, author, date, summary, at_or_before };
}
