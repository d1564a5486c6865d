/** What limactl says against the template that a configuration comes to, before anything is applied. */
import { TrueupError } from '../../../model/failure.ts';
import type { DesiredResource } from '../../../model/desired.ts';
import { fieldPath } from '../../../model/field-path.ts';
import type { Refusal } from '../../vm-faces.ts';
import { hostArch } from '../facts.ts';
import type { Limactl } from '../limactl/limactl.ts';
import { filled, templateText } from '../template/fill.ts';
import { templateOf } from '../template/write.ts';

/** Stands for what only the engine gets to see. */
const VEILED = 'secret';

/** Empty for nothing; `null` where limactl is not to be had. */
export async function validateTemplate(
  limactl: Limactl,
  { name, config }: DesiredResource,
  signal: AbortSignal,
): Promise<readonly Refusal[] | null> {
  const template = templateOf({ name, config, hostArch: hostArch(), reveal: () => VEILED });
  try {
    const { problems } = await filled(limactl, templateText(template), name, signal);
    return problems.map((text) => ({ field_path: fieldPath(), text }));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TrueupError && error.code === 'engine_unreachable') return null;
    throw error;
  }
}
