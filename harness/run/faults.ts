import type { CarriedFault, ScheduleEntry } from '../contracts/nemesis.js';
import { waitUntilReady } from './readiness.js';
import type { RunState } from './state.js';

/** How long nodes may take to come back after everything was healed. */
const RECOVERY_LIMIT_MS = 30_000;

/** A fault stands in the history beside what clients saw, and on disk before anything follows from it. */
export function recordFault(run: RunState, entry: ScheduleEntry): void {
  const { fault, action, id } = entry;
  if (action === 'inject' && mayForget(run, fault)) {
    run.firstLoss = Math.min(run.firstLoss, entry.time);
  }
  run.parts.folder.appendSchedule(entry);
  run.recorder.record({
    process: 'nemesis',
    type: 'info',
    f: fault.fault,
    value: { action, id, variant: fault.variant, nodes: [...fault.nodes], began: entry.time },
  });
  run.recorder.flush();
  const nodes = fault.nodes.length > 0 ? ` on ${fault.nodes.join(', ')}` : '';
  const seen = entry.error ?? (fault.evidence.tookEffect ? 'seen' : 'NOT seen to take effect');
  run.parts.observer.log(`${action} ${fault.fault} ${fault.variant}${nodes}: ${seen}`);
}

/** Whether a fault may take what nodes need not keep: anything from a damaged disk, what was not synced from a good one. */
function mayForget({ parts }: RunState, { fault }: CarriedFault): boolean {
  const { target, spec, forgets } = parts;
  const { survivesPowerLoss } = target.durabilityModes[spec.durability];
  const lost = forgets(fault);
  return lost === 'anything' || (lost === 'unsynced' && !survivesPowerLoss);
}

/**
 * Takes everything back, and waits until the cluster serves again: liveness apart from safety. Where not all nodes
 * come back and a majority does, what it holds is read all the same.
 */
export async function heal(run: RunState): Promise<void> {
  try {
    await run.faults?.healAll();
    run.recoveryMs = await waitUntilReady(run.readiness(RECOVERY_LIMIT_MS));
    run.parts.observer.log(`recovered after ${Math.round(run.recoveryMs)} ms`);
  } catch (error) {
    run.failed(error);
    const needed = Math.floor(run.parts.spec.nodes / 2) + 1;
    await waitUntilReady({ ...run.readiness(RECOVERY_LIMIT_MS), crashes: [], needed });
  }
}
