/**
 * A job of a GitHub workflow, run step by step as a runner does it: conditions, expressions, files for outputs. Our own action
 * is run from its `action.yml`; the actions of others are told with what they are given, and do nothing.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type JsonObject, memberAt } from '../../../src/model/json.ts';
import { ACTION_ROOT, runProgram } from '../action-script.ts';
import { type ExpressionContext, filled, holds } from './expression.ts';

type Texts = Readonly<Record<string, string>>;

interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
  readonly env?: Texts;
  readonly shell?: string;
  readonly run?: string;
  readonly 'working-directory'?: string;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

export interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly if?: string; readonly steps: readonly Step[] }>>;
}

export interface JobOptions {
  /** Where the job works. */
  readonly workspace: string;
  /** A folder for what the runner keeps beside it. */
  readonly runner: string;
  readonly env: NodeJS.ProcessEnv;
  /** The contexts of expressions: `github`, `matrix`, `strategy`. */
  readonly values: JsonObject;
  /** How the workflow names our action. */
  readonly action: string;
}

export interface JobResult {
  /** The exit status of the step that failed first; 0 where none did. */
  readonly status: number;
  /** What the steps printed. */
  readonly log: string;
  readonly summary: string;
  /** Actions of others, and what they were given. */
  readonly others: readonly { readonly uses: string; readonly with: Texts }[];
}

/** `null` where the job is not for this event. */
export async function runGitHubJob(workflow: Workflow, name: string, options: JobOptions): Promise<JobResult | null> {
  const job = workflow.jobs[name];
  if (job === undefined) throw new Error(`no job ${name}`);
  const temp = join(options.runner, 'temp');
  await mkdir(temp, { recursive: true });
  const runner = new Runner(options, temp);
  const values = { ...options.values, runner: { temp } };
  if (!holds(job.if, { values, isSuccess: true })) return null;
  await writeFile(runner.summary, '');
  await runner.steps(job.steps, values, '');
  const summary = await readFile(runner.summary, 'utf8');
  return { status: runner.status, log: runner.log, summary, others: runner.others };
}

function mapped<T>(values: Readonly<Record<string, T>>, text: (value: T) => string): Texts {
  return Object.fromEntries(Object.entries(values).map(([name, value]): [string, string] => [name, text(value)]));
}

class Runner {
  status = 0;
  log = '';
  readonly others: { readonly uses: string; readonly with: Texts }[] = [];
  readonly summary: string;
  readonly #options: JobOptions;
  readonly #temp: string;

  constructor(options: JobOptions, temp: string) {
    this.#options = options;
    this.#temp = temp;
    this.summary = join(options.runner, 'summary.md');
  }

  /** Resolves with the outputs of each step that has an id. */
  async steps(steps: readonly Step[], values: JsonObject, actionPath: string): Promise<JsonObject> {
    const outputs: Record<string, JsonObject> = {};
    for (const step of steps) {
      const context = { values: { ...values, steps: outputs }, isSuccess: this.status === 0 };
      if (!holds(step.if, context)) continue;
      const made = await (step.uses === undefined ? this.#run(step, context, actionPath) : this.#use(step, context));
      if (step.id !== undefined) outputs[step.id] = { outputs: made };
    }
    return outputs;
  }

  async #use({ uses = '', with: given = {} }: Step, context: ExpressionContext): Promise<Texts> {
    const inputs = mapped(given, (value) => filled(String(value), context));
    if (uses !== this.#options.action) {
      this.others.push({ uses, with: inputs });
      return {};
    }
    const action = parse(await readFile(join(ACTION_ROOT, 'action.yml'), 'utf8')) as Action;
    for (const name of Object.keys(inputs)) {
      if (action.inputs[name] === undefined) throw new Error(`the action has no input ${name}`);
    }
    const defaults = mapped(action.inputs, (input) => filled(input.default ?? '', context));
    const values = { ...context.values, inputs: { ...defaults, ...inputs } };
    const steps = await this.steps(action.runs.steps, values, ACTION_ROOT);
    return mapped(action.outputs, ({ value }) => filled(value, { values: { ...values, steps }, isSuccess: true }));
  }

  async #run(step: Step, { values, isSuccess }: ExpressionContext, actionPath: string): Promise<Texts> {
    const context = {
      values: { ...values, github: { ...(memberAt(values, 'github') as JsonObject), action_path: actionPath } },
      isSuccess,
    };
    const output = join(this.#temp, 'output');
    await writeFile(output, '');
    const folder = filled(step['working-directory'] ?? '.', context);
    const given = mapped(step.env ?? {}, (text) => filled(text, context));
    // Without a shell that is named, a pipe ends as its last command does.
    const words = step.shell === undefined ? ['-e'] : ['--noprofile', '--norc', '-eo', 'pipefail'];
    const { status, stdout, stderr } = await runProgram('bash', [...words, '-c', filled(step.run ?? '', context)], {
      cwd: folder.startsWith('/') ? folder : join(this.#options.workspace, folder),
      env: {
        ...this.#options.env,
        GITHUB_ACTIONS: 'true',
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: this.summary,
        RUNNER_TEMP: this.#temp,
        ...given,
      },
    });
    this.log += stdout + stderr;
    if (this.status === 0) this.status = status;
    const lines = (await readFile(output, 'utf8')).split('\n').filter((line) => line !== '');
    return Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
  }
}
