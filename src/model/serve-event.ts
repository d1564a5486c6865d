/** What happens in the long-lived side, as one typed stream: screens, the API, notifications and metrics read the same. */
import type { Address } from './address.ts';
import type { EnvironmentState, TriggerKind } from './served.ts';
import type { Revision } from './desired.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { ProgressEvent } from './events.ts';
import type { Failure } from './failure.ts';
import type { Health, ObservedRunState } from './observed.ts';
import type { Run } from './run.ts';

/** Why a pass over an environment ended as it did. */
export type PassOutcome =
  /** What runs equals what git declares. */
  | 'in_sync'
  /** Differences were found, and a policy, a freeze or `--dry-run` leaves them as they are. */
  | 'reported'
  | 'applied'
  /** A step or a gate failed; the run says which. */
  | 'failed'
  /** The declared revision is quarantined, and what was healthy last is held. */
  | 'held'
  /** A newer trigger, or the end of the daemon, came first. */
  | 'cancelled'
  /** Manifests have mistakes; what was valid last is held. */
  | 'invalid'
  /** An engine, the source, a lock or a conflict kept it from being carried out. */
  | 'blocked';

/** What a change is made for, in a few words for who looks on. */
export interface ChangeWhy {
  readonly address: Address;
  /** Whether it puts right what the world alone has changed. */
  readonly heals: boolean;
  readonly text: string;
}

/** `environment` is the id that {@link import('./served.ts').ServedEnvironmentInfo} has. `at` is ISO 8601. */
export type ServeEvent = { readonly environment: string; readonly at: string } & ServeEventDetail;

export type ServeEventDetail =
  | { readonly type: 'triggered'; readonly kind: TriggerKind; readonly reason: string }
  | { readonly type: 'pass_started'; readonly revision: Revision; readonly reasons: readonly string[] }
  | {
      readonly type: 'planned';
      readonly changes: number;
      readonly drift: readonly Address[];
      readonly withheld: number;
      /** Milliseconds from the first trigger to the plan. */
      readonly after_ms: number;
      /** What its changes are made for, of the first hundred; absent where nobody says. */
      readonly why?: readonly ChangeWhy[];
    }
  | { readonly type: 'progress'; readonly event: ProgressEvent }
  | {
      readonly type: 'pass_ended';
      readonly outcome: PassOutcome;
      /** What is declared. */
      readonly revision: Revision;
      /** With `held`: what is held to in its place; `null` where nothing else is known to have been healthy. */
      readonly held?: Revision | null;
      readonly duration_ms: number;
      readonly run: Run | null;
      readonly failure: Failure | null;
      readonly diagnostics: readonly Diagnostic[];
      /** ISO 8601: when it is tried again by itself; `null` where nothing is to be tried. */
      readonly next_at: string | null;
    }
  | {
      readonly type: 'state_changed';
      readonly from: EnvironmentState;
      readonly to: EnvironmentState;
      readonly reason: string;
    }
  | {
      readonly type: 'resource_changed';
      readonly address: Address;
      readonly run_state: ObservedRunState | 'missing' | 'unknown' | null;
      readonly health: Health | 'unknown';
      readonly reason: string | null;
    }
  /** Drift of these was found that was not there before, or is over. */
  | { readonly type: 'drift_found' | 'drift_over'; readonly addresses: readonly Address[] }
  | { readonly type: 'quarantined' | 'quarantine_lifted'; readonly revision: Revision; readonly why: string }
  | {
      readonly type: 'frozen' | 'freeze_ended';
      readonly address: Address;
      readonly reason: string;
      /** ISO 8601, as is `until`: when it was to end by itself. */
      readonly since: string;
      readonly until: string;
    }
  /** No manifest declares the environment any more, though something of it may be there; or one does again. */
  | { readonly type: 'orphaned' | 'declared_again'; readonly why: string }
  /** The repo, or an engine, cannot be reached any more, or again. */
  | {
      readonly type: 'source_lost' | 'source_back' | 'engine_lost' | 'engine_back';
      readonly what: string;
      readonly why: string;
      /** Of a loss: what the reader can do. */
      readonly next?: string | null;
      /** Of a loss: what tells it from one for another reason, however the words differ. */
      readonly cause?: string;
    };
