/** Changes in words: the sign and sentence of each action, and the reason behind it. The signs are Terraform's. */
import { type Address, typeOf } from '../model/address.ts';
import type { Cause, Change, ChangeAction, ToldChange } from '../model/change.ts';
import { RUN_STATE_PATH } from '../model/field-path.ts';
import { safeText } from './safe-text.ts';
import type { Tone } from './paint.ts';

interface ActionWords {
  readonly sign: string;
  readonly tone: Tone;
  /** What will happen. */
  readonly future: string;
  /** What has happened. */
  readonly past: string;
}

export const ACTION_WORDS: Readonly<Record<ChangeAction, ActionWords>> = {
  create: { sign: '+', tone: 'create', future: 'will be created', past: 'created' },
  update: { sign: '~', tone: 'change', future: 'will be updated in place', past: 'updated' },
  restart: { sign: '~', tone: 'change', future: 'will be restarted', past: 'restarted' },
  replace: { sign: '-/+', tone: 'replace', future: 'will be replaced', past: 'replaced' },
  delete: { sign: '-', tone: 'remove', future: 'will be removed', past: 'removed' },
  move: { sign: '>', tone: 'move', future: 'will be moved', past: 'moved' },
};

const MISSING_WORDS: Readonly<Record<Cause, string>> = {
  git: 'does not exist yet',
  world: 'is gone, removed outside of git',
  both: 'is gone, and changed in git',
  unknown: 'does not exist',
};

/** A change, or what a document tells of it. */
type WhyTold = ToldChange & Partial<Pick<Change, 'after_unknown'>>;

/** What will happen, in words; starting and stopping are updates with names of their own. */
export function futureText(change: ToldChange): string {
  if (change.type === 'image') return 'will be pulled';
  if (change.reason === 'aside_left') return 'will be checked';
  if (change.reason !== 'not_running') return ACTION_WORDS[change.action].future;
  return `will be ${wantedState(change.differences) ?? 'started'}`;
}

/** What has happened. */
export function pastText(address: Address, action: ChangeAction): string {
  return typeOf(address) === 'image' ? 'pulled' : ACTION_WORDS[action].past;
}

/** Why a change happens, in a few words. `isSupposed`: no engine was asked, and another revision is taken to be applied. */
export function reasonText(change: WhyTold, isSupposed = false): string {
  switch (change.reason) {
    case 'missing':
      if (change.type === 'image') return isSupposed ? 'was not declared before' : 'is not on the engine yet';
      return change.after_unknown === true ? 'its engine does not exist yet' : MISSING_WORDS[change.cause];
    case 'differs':
      return 'differs';
    case 'not_running':
      return notRunningText(wantedState(change.differences));
    case 'replace_because_cannot_update':
      return 'cannot be changed in place';
    case 'replace_by_request':
    case 'restart_by_request':
    case 'delete_by_request':
    case 'pull_by_request':
      return 'as asked for';
    case 'pull_always':
      return 'its policy is to pull always';
    case 'restart_with_dependency':
      return 'with a dependency';
    case 'delete_because_no_resource_config':
      return 'no longer declared';
    case 'delete_because_left_over':
      return `only ${safeText(change.name)}, which stands beside what is declared`;
    case 'aside_left':
      return 'has not passed its gate yet; what it replaced is kept aside';
    case 'pending_restart':
      return 'what is configured takes effect at a restart';
    case 'moved':
      return movedText(change);
    default:
      return change.reason satisfies never;
  }
}

/** Whether the change tells its cause itself: differences have theirs, `missing` has it in its reason, and no difference has a new name. */
export function tellsCause({ differences, reason }: Pick<ToldChange, 'differences' | 'reason'>): boolean {
  return reason === 'moved' || (differences.length === 0 && reason !== 'missing');
}

/** Where it is meant to rest: how; `null` where it is meant to run. */
function wantedState(differences: ToldChange['differences']): 'stopped' | 'suspended' | null {
  const wanted = differences.find(({ field_path: path }) => path === RUN_STATE_PATH)?.after;
  return wanted === 'stopped' || wanted === 'suspended' ? wanted : null;
}

function notRunningText(wanted: 'stopped' | 'suspended' | null): string {
  return wanted === null ? 'is not running' : `is meant to be ${wanted}`;
}

function movedText(change: ToldChange): string {
  const from = change.previous_address;
  return from === null || from === change.address ? `to the name ${safeText(change.name)}` : `from ${safeText(from)}`;
}
