/** `webhooks` of trueup.yaml: where the secret of each forge is kept. */
import { FORGES } from '../model/forge.ts';
import type { Webhooks } from '../model/generated/settings.ts';
import type { WebhookSecrets } from '../model/notification.ts';
import { secretPlace } from './notification-settings.ts';
import type { Reporter } from './reporter.ts';

export function webhookSecrets(declared: Webhooks, reporter: Reporter): WebhookSecrets {
  return Object.fromEntries(
    FORGES.flatMap((forge) => {
      const source = declared[forge];
      const place = source === undefined ? null : secretPlace(source, ['webhooks', forge], reporter);
      return place === null ? [] : [[forge, place]];
    }),
  );
}
