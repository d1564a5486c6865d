/** Parity: two loaded sides brought to the same terms and compared, with the settings of the repo. */
import { compareParity } from '../../diff/parity/compare.ts';
import type { DriverModel } from '../../drivers/driver.ts';
import type { ComparisonMode, ConfigurationDiffReport, ParitySettings } from '../../model/parity.ts';
import { inSameTerms } from './same-terms.ts';
import type { SideParts } from './side-parts.ts';

export interface ComparingInput {
  readonly source: SideParts;
  readonly target: SideParts;
  readonly mode: ComparisonMode;
  readonly models: ReadonlyMap<string, DriverModel>;
  readonly settings: ParitySettings;
  readonly id: string;
  /** ISO 8601. */
  readonly timestamp: string;
  /** `trueup 0.1.0` */
  readonly tool: string;
}

export function parityOf({ source, target, models, ...about }: ComparingInput): ConfigurationDiffReport {
  const { mode, timestamp } = about;
  const sides = inSameTerms({ source, target, mode, models });
  const report = compareParity({ ...sides, ...about, today: timestamp.slice(0, 10) });
  return { ...report, metadata: { ...report.metadata, labels: { source: source.label, target: target.label } } };
}
