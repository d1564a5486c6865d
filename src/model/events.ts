/** Progress as one typed stream: terminal, plain lines and JSON are printers of the same events. */
import type { Address } from './address.ts';
import type { Step } from './plan.ts';
import type { ProbeResult, Run, StepResult } from './run.ts';

export type ProgressEvent =
  | {
      readonly type: 'run_started';
      readonly run: string;
      readonly environment: string;
      readonly steps: readonly Step[];
    }
  | { readonly type: 'step_started'; readonly step: Step }
  | { readonly type: 'step_progress'; readonly step: Step; readonly message: string }
  | {
      readonly type: 'probe';
      readonly address: Address;
      readonly probe: ProbeResult;
      /** What it makes of the service, for a probe between runs: one failure may not count yet. */
      readonly health?: 'healthy' | 'unhealthy' | 'starting';
    }
  | { readonly type: 'step_ended'; readonly step: Step; readonly result: StepResult }
  /** Ctrl-C: nothing more is begun, and what is under way is waited for. */
  | { readonly type: 'stopping' }
  | { readonly type: 'run_ended'; readonly run: Run };

export type Emit = (event: ProgressEvent) => void;
