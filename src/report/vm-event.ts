/** What happened to a VM, as a line of JSON (schemas/vm-event.json) and as a line for people. */
import type { JsonObject } from '../model/json.ts';
import { VM_EVENT_FORMAT_VERSION, type VmEvent, type VmEventSeverity } from '../model/vm-event.ts';
import type { Paint, Tone } from './paint.ts';
import { padded, safeText } from './safe-text.ts';
import { hideSecretsIn } from './secret-marks.ts';

export function vmEventDocument({ id, vmId, eventType, message, details, timestamp, severity }: VmEvent): JsonObject {
  return {
    format_version: VM_EVENT_FORMAT_VERSION,
    id,
    vmId,
    eventType,
    message,
    details: hideSecretsIn(details),
    timestamp,
    severity,
  };
}

const TONES: Readonly<Record<VmEventSeverity, Tone>> = {
  Info: 'faint',
  Warning: 'warning',
  Error: 'bad',
  Critical: 'bad',
};

/** `qualified`: whether events of several VMs are shown together. */
export function vmEventText(
  { vmId, eventType, message, timestamp, severity }: VmEvent,
  { paint, qualified }: { readonly paint: Paint; readonly qualified: boolean },
): string {
  const parts = [
    timestamp,
    paint(TONES[severity], padded(severity, 8)),
    padded(eventType, 20),
    ...(qualified ? [safeText(vmId)] : []),
    safeText(message),
  ];
  return parts.join('  ');
}
