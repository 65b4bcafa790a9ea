import type { Target } from '../../harness/contracts/target.js';
import { completeSettings } from '../../harness/run/parts.js';
import type { FaultSelection } from '../../nemeses/planning/selection.js';
import { unknownName, UsageError } from '../definitions/usage-error.js';

/** What was chosen that an upgrade has to fit. */
interface UpgradeChoice {
  version: string;
  upgradeTo?: string;
  durability: string;
  settings: Readonly<Record<string, string>>;
  image?: string;
}

/** Throws a `UsageError` where the fault `upgrade` and `--upgrade-to` do not fit each other or the target. */
export function checkUpgrade(
  target: Target,
  { version, upgradeTo, durability, settings: chosen, image }: UpgradeChoice,
  faults: readonly FaultSelection[],
): void {
  const isAsked = faults.some(({ nemesis }) => nemesis.needs.includes('upgrade'));
  if (!isAsked && upgradeTo === undefined) return;
  if (!isAsked) throw new UsageError('--upgrade-to does nothing without --faults upgrade');
  const others = target.versions.filter((each) => each !== version);
  if (others.length === 0) {
    throw new UsageError(`${target.name} has one version only, ${version}: nothing to upgrade to`);
  }
  if (upgradeTo === undefined) {
    throw new UsageError(
      `the fault upgrade needs to know which version comes after ${target.name}@${version}: --upgrade-to ${others.join(' or ')}`,
    );
  }
  if (upgradeTo === version) {
    throw new UsageError(
      `${target.name} runs ${version} already; --upgrade-to ${others.join(' or ')} is another version`,
    );
  }
  if (!target.versions.includes(upgradeTo)) {
    throw unknownName(`version of ${target.name}`, upgradeTo, target.versions);
  }
  if (image !== undefined) {
    throw new UsageError('--image names one image for the whole run: leave it out of an upgrade');
  }
  const settings = completeSettings(target, chosen);
  const refusal = target.refuses?.({ version: upgradeTo, durability, settings });
  if (refusal !== undefined) throw new UsageError(refusal);
}
