/** An API server that answers from a script: by method and path, what is asked of it is kept. */
import type { ApiAnswer, ApiRequest, ClusterApi } from '../../../../src/drivers/kubernetes/api/answer.ts';
import type { Json } from '../../../../src/model/json.ts';

type Answers = Readonly<Record<string, Json | ((request: ApiRequest) => ApiAnswer)>>;

export interface ScriptedApi extends ClusterApi {
  readonly asked: readonly ApiRequest[];
}

/** Keys are `GET /path`. What stands in no line is not found. */
export function scriptedApi(answers: Answers): ScriptedApi {
  const asked: ApiRequest[] = [];
  return {
    server: 'https://127.0.0.1:6443',
    asked,
    ask(request) {
      asked.push(request);
      const found = answers[`${request.method ?? 'GET'} ${request.path}`];
      if (typeof found === 'function') return Promise.resolve(found(request));
      return Promise.resolve(found === undefined ? answer(404, { message: 'not found' }) : answer(200, found));
    },
    close: () => undefined,
  };
}

export function answer(status: number, body: Json): ApiAnswer {
  return { status, body, text: JSON.stringify(body) };
}
