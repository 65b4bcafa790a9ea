import type { ScheduleEntry } from '../../harness/contracts/nemesis.js';

/** A fault from its injection to its healing. */
export interface FaultSpan {
  id: number;
  fault: string;
  variant: string;
  nodes: readonly string[];
  /** Nanoseconds since the run began; `end` is undefined where it was never healed. */
  start: number;
  end?: number;
  injection: ScheduleEntry;
  healing?: ScheduleEntry;
  /** Whether it was measured to take effect. */
  tookEffect: boolean;
  /** Whether its healing was measured. */
  healed: boolean;
}

/** The schedule as spans, by the time of injection. A healing without an injection is left out. */
export function faultSpans(schedule: readonly ScheduleEntry[]): FaultSpan[] {
  const healings = new Map(
    schedule.filter(({ action }) => action === 'heal').map((entry) => [entry.id, entry]),
  );
  return schedule
    .filter(({ action }) => action === 'inject')
    .map((injection) => faultSpan(injection, healings.get(injection.id)))
    .sort((a, b) => a.start - b.start);
}

function faultSpan(injection: ScheduleEntry, healing?: ScheduleEntry): FaultSpan {
  const { fault, variant, nodes, evidence } = injection.fault;
  return {
    id: injection.id,
    fault,
    variant,
    nodes,
    start: injection.time,
    end: healing?.doneTime,
    injection,
    healing,
    tookEffect: evidence.tookEffect && injection.error === undefined,
    healed:
      healing !== undefined && healing.error === undefined && healing.fault.evidence.tookEffect,
  };
}

/** "partition isolate-leader (n3)", or "kill (n1)" where the variant says nothing more. */
export function describeFault(span: Pick<FaultSpan, 'fault' | 'variant' | 'nodes'>): string {
  const variant = span.variant && span.variant !== span.fault ? ` ${span.variant}` : '';
  return `${span.fault}${variant}${span.nodes.length > 0 ? ` (${span.nodes.join(', ')})` : ''}`;
}

/** How many of each kind: "3 × partition, 2 × kill". */
export function countFaults(spans: readonly Pick<FaultSpan, 'fault'>[]): string {
  const counts = new Map<string, number>();
  for (const { fault } of spans) counts.set(fault, (counts.get(fault) ?? 0) + 1);
  return [...counts].map(([fault, count]) => `${String(count)} × ${fault}`).join(', ');
}

/** Which releases ran, as nodes told before and after they were upgraded: "3.4.23, then 3.5.16". */
export function releasesRun(spans: readonly FaultSpan[]): string | undefined {
  const seen = spans.map(({ injection }) => injection.fault.parameters.releases);
  const releases = seen.filter(Array.isArray).flat().map(String);
  return releases.length === 0 ? undefined : [...new Set(releases)].join(', then ');
}
