/** The API as an observer gets it: it reads, and may have the server say what an apply would come to. Nothing else. */
import { TrueupError } from '../../../model/failure.ts';
import type { ApiRequest, ClusterApi } from './answer.ts';

export function readingApi(api: ClusterApi): ClusterApi {
  return {
    ...api,
    ask(request, signal) {
      if (!isReading(request))
        return Promise.reject(
          new TrueupError('internal', `an observer must not ${request.method ?? 'GET'} ${request.path}`),
        );
      return api.ask(request, signal);
    },
  };
}

function isReading({ method = 'GET', query }: ApiRequest): boolean {
  return method === 'GET' || (method === 'PATCH' && query?.['dryRun'] === 'All');
}
