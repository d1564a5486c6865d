/**
 * Commands of the command line that the daemon runs for it, because it need not start first: by the same code, and through
 * the socket alone. What the daemon does not run, the caller runs itself, and nobody can tell the difference.
 */
import type { FastifyInstance } from 'fastify';
import { TrueupError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ApiContext } from './context.ts';
import { waitingLong, whileAsked } from './route-parts.ts';

export interface AskedStream {
  readonly terminal: boolean;
  readonly columns: number;
  readonly colors: boolean;
}

export interface AskedCommand {
  /** The build of the caller: another one might print something else. */
  readonly build: string;
  readonly words: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly stdout: AskedStream;
  readonly stderr: AskedStream;
}

export interface AnsweredCommand {
  readonly status: number;
  /** What was printed, in order; 1 is standard output, 2 standard error. */
  readonly output: readonly (readonly [1 | 2, string])[];
}

/** `null` for what the caller is to run itself. */
export type RunAsked = (asked: AskedCommand, signal: AbortSignal) => Promise<AnsweredCommand | null>;

const LARGEST_BODY = 2 * 1024 * 1024;
/** Beyond this many at once a caller is faster by itself. */
const MOST = 4;

export function addCommandRoute(app: FastifyInstance, { ending }: ApiContext, run: RunAsked): void {
  let running = 0;
  app.post<{ Body: AskedCommand }>(
    '/v1/command',
    {
      bodyLimit: LARGEST_BODY,
      config: { role: 'owner' },
      schema: {
        summary: 'Run a command that changes nothing, for a command line of the same build; through the socket alone',
        body: ASKED,
        response: { 200: ANSWERED },
      },
    },
    async (request, reply) => {
      if (request.caller.kind !== 'user') {
        throw new TrueupError('forbidden', 'commands are run through the socket alone', {
          next: 'ask for a plan or a pass instead',
        });
      }
      if (running >= MOST) return NOT_RUN;
      running += 1;
      try {
        // So that the caller knows that somebody is at work.
        reply.raw.writeProcessing();
        const signal = whileAsked(reply, ending);
        const answered = await waitingLong(request, () => run(request.body, signal));
        const answer: JsonObject = answered === null ? NOT_RUN : { run: true, ...answered };
        return answer;
      } finally {
        running -= 1;
      }
    },
  );
}

const NOT_RUN: JsonObject = { run: false };

const STREAM = {
  type: 'object',
  additionalProperties: false,
  required: ['terminal', 'columns', 'colors'],
  properties: { terminal: { type: 'boolean' }, columns: { type: 'integer' }, colors: { type: 'boolean' } },
} as const;

const ASKED = {
  type: 'object',
  additionalProperties: false,
  required: ['build', 'words', 'directory', 'environment', 'stdout', 'stderr'],
  properties: {
    build: { type: 'string' },
    words: { type: 'array', items: { type: 'string' } },
    directory: { type: 'string' },
    environment: { type: 'object', additionalProperties: { type: 'string' } },
    stdout: STREAM,
    stderr: STREAM,
  },
} as const;

const ANSWERED = {
  type: 'object',
  additionalProperties: false,
  required: ['run'],
  properties: {
    run: { type: 'boolean', description: 'False where the caller is to run it itself.' },
    status: { type: 'integer', description: 'The exit status.' },
    output: {
      type: 'array',
      description: 'What was printed, in order: 1 for standard output or 2 for standard error, and a text.',
      items: { type: 'array', items: { type: ['integer', 'string'] } },
    },
  },
} as const;
