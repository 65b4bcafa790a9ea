import { isDeepStrictEqual } from 'node:util';

import type { CheckContext, CheckerFactory } from '../../harness/contracts/checker.js';
import { createRealClock } from '../../harness/environment/real.js';
import type { HistoryEvent } from '../../harness/history/event.js';
import { toHistory } from '../../harness/history/pair.js';
import type { CheckResult, Verdict } from '../../harness/verdict.js';
import { deepFreeze, demand, type Law } from '../../harness/testing/law.js';

/** An event as a person writes it: positions and times follow from the order. */
export type ShortEvent = Pick<HistoryEvent, 'type' | 'f'> & Partial<HistoryEvent>;

/** A checker beside histories whose verdict is known. */
export interface CheckerSubject {
  checker: CheckerFactory;
  /** What the checker is made with. */
  options?: Parameters<CheckerFactory['create']>[0];
  valid: readonly (readonly ShortEvent[])[];
  /** With the violation in more than one place. */
  invalid: readonly (readonly ShortEvent[])[];
}

/** A microsecond from one event to the next, all of process 0 where nothing else is said. */
export function eventsOf(events: readonly ShortEvent[]): HistoryEvent[] {
  return events.map((event, index) => ({ index, time: index * 1_000, process: 0, ...event }));
}

const LIMITS = { timeMs: 60_000, memoryBytes: 2 ** 30 };

/** What a run and its reports rest on, whatever a checker asks. */
export const CHECKER_LAWS: readonly Law<CheckerSubject>[] = [
  {
    title: 'says of each history what is known of it',
    hold: (subject) =>
      eachOf(subject, async (events, expected) => {
        const { verdict, summary } = await judge(subject, events);
        demand(verdict === expected, `expected ${expected}, got ${verdict}: ${summary}`);
      }),
  },
  {
    title: 'answers in the form that reports read',
    hold: (subject) =>
      eachOf(subject, async (events) => {
        const result = await judge(subject, events);
        const { name } = create(subject);
        demand(result.checker === name, `it is ${name}, and answers as ${result.checker}`);
        demand(result.summary.trim() !== '', 'its summary is empty');
        const hasReason = result.unknownReason !== undefined;
        demand(hasReason === (result.verdict === 'unknown'), 'a reason goes with unknown alone');
        const stored: unknown = JSON.parse(JSON.stringify(result));
        demand(isDeepStrictEqual(stored, withoutUndefined(result)), 'its answer is not JSON');
      }),
  },
  {
    title: 'changes no history, and answers the same again',
    hold: (subject) =>
      eachOf(subject, async (events) => {
        const [first, second] = [await judge(subject, events), await judge(subject, events)];
        demand(first.verdict === second.verdict, `first ${first.verdict}, then ${second.verdict}`);
      }),
  },
  {
    title: 'is not surer where less is known: an answer that was lost makes nothing a violation',
    hold: async (subject) => {
      for (const events of subject.valid) {
        for (const shortened of withAnAnswerLost(eventsOf(events))) {
          const { verdict, summary } = await judge(subject, shortened);
          demand(verdict !== 'invalid', `a valid history became invalid: ${summary}`);
        }
      }
    },
  },
  {
    title: 'gives no wrong answer where it is aborted',
    hold: (subject) =>
      eachOf(subject, async (events, expected) => {
        const { verdict } = await judge(subject, events, AbortSignal.abort());
        demand([expected, 'unknown'].includes(verdict), `expected ${expected}, got ${verdict}`);
      }),
  },
];

async function eachOf(
  { valid, invalid }: CheckerSubject,
  visit: (events: readonly HistoryEvent[], expected: Verdict) => Promise<void>,
): Promise<void> {
  demand(valid.length > 0 && invalid.length > 0, 'there are no histories of both kinds');
  for (const events of valid) await visit(eventsOf(events), 'valid');
  for (const events of invalid) await visit(eventsOf(events), 'invalid');
}

function create({ checker, options = {} }: CheckerSubject) {
  return checker.create(options);
}

function judge(
  subject: CheckerSubject,
  events: readonly HistoryEvent[],
  signal?: AbortSignal,
): Promise<CheckResult> {
  const context: CheckContext = { clock: createRealClock(), limits: LIMITS, signal };
  return create(subject).check(deepFreeze(toHistory([...events])), context);
}

/** The history without the last answer of one process after another. */
function withAnAnswerLost(events: readonly HistoryEvent[]): HistoryEvent[][] {
  return events.flatMap((lost, at) => {
    const goesOn = events.slice(at + 1).some(({ process }) => process === lost.process);
    if (lost.type !== 'ok' || lost.process === 'nemesis' || goesOn) return [];
    const rest = events.filter((event) => event !== lost);
    return [rest.map((event, index) => ({ ...event, index }))];
  });
}

function withoutUndefined(result: CheckResult): unknown {
  return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== undefined));
}
