/** Small words with a colour: how severe something is, how it ended. The colour says nothing that the word does not. */
import type { Severity } from '../../model/change.ts';
import type { StepStatus } from '../../model/run.ts';
import type { Tint } from '../picture/colors.ts';
import type { ChangeStatus } from '../run-changes.ts';
import { STATUS_WORDS } from '../status-words.ts';
import { el, type Html } from './html.ts';
import type { PageParts } from './page.ts';

const SEVERITY_TINTS: Readonly<Record<Severity, Tint | null>> = {
  critical: 'remove',
  error: 'remove',
  warning: 'change',
  info: 'move',
};

const STATUS_TINTS: Readonly<Record<ChangeStatus | StepStatus, Tint | null>> = {
  done: 'create',
  failed: 'remove',
  cancelled: 'change',
  skipped: null,
  not_started: null,
  not_needed: null,
};

export function severityBadge(severity: Severity): Html {
  return badge(severity, SEVERITY_TINTS[severity]);
}

export function statusBadge(status: ChangeStatus | StepStatus): Html {
  const { sign, word } = STATUS_WORDS[status];
  return badge(`${sign} ${word}`, STATUS_TINTS[status]);
}

const TONE_TINTS: Readonly<Record<PageParts['tone'], Tint | null>> = {
  good: 'create',
  warning: 'change',
  bad: 'remove',
  plain: null,
};

export function parityBadge(words: string, tone: PageParts['tone']): Html {
  return badge(words, TONE_TINTS[tone]);
}

export function tintBadge(words: string, tint: Tint): Html {
  return badge(words, tint);
}

/** A word that is neither good nor bad. */
export function plainBadge(words: string): Html {
  return badge(words, null);
}

function badge(words: string, tint: Tint | null): Html {
  return el('span', { class: tint === null ? 'badge' : `badge ${tint}` }, words);
}
