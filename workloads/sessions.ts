import { z } from 'zod';

import { createAvailabilityChecker } from '../checkers/availability/availability.js';
import { createSessionsChecker } from '../checkers/sessions/sessions.js';
import { createStatisticsChecker } from '../checkers/statistics/statistics.js';
import type { Generator, ThreadId } from '../harness/contracts/generator.js';
import { FAMILIES } from '../harness/contracts/operations/families/registry.js';
import type { Workload } from '../harness/contracts/workload.js';
import type { Invocation } from '../harness/contracts/client.js';
import type { Random } from '../harness/environment/random.js';
import { generate, onEveryNode } from '../harness/generators/combinators.js';
import { operation, perThread } from '../harness/generators/source.js';
import type { HistoryEvent } from '../harness/history/event.js';
import { readOptions } from './common/options.js';

const options = {
  keys: { description: 'keys that are written, watched and held', default: '5' },
};

const OPERATIONS = ['put', 'watch', 'look', 'hold', 'holder', 'end', 'take', 'resume'] as const;
/** How often each of them is done; ends and takes are rare, or no session lives to see anything. */
const WEIGHTS = [5, 5, 8, 2, 4, 1, 1, 4];
/** Those that show the version of a key. */
const SIGHTS = new Set<string>(['put', 'watch', 'look', 'resume']);
const TOTAL = WEIGHTS.reduce((sum, weight) => sum + weight);

/**
 * Sessions as ZooKeeper has them. A client has one session at a time: it puts values, watches and looks at
 * them, holds keys by ephemeral nodes, asks who holds one, ends its session, and takes over the session of
 * another client, through its own node. It also looks on from where another client has got to, with that one's
 * last zxid, as a client does that has changed servers.
 */
export const sessionsWorkload: Workload = {
  name: 'sessions',
  description: 'watches, ephemeral nodes, and sessions and clients that move from node to node',
  needs: [FAMILIES.sessions],
  options,
  create: (given, _random, nodes) => {
    const keys = readOptions('sessions', options, given).count('keys', 1);
    return {
      load: sessionsLoad(keys),
      final: onEveryNode(
        nodes,
        generate((_thread, _random, count) =>
          count < keys ? { f: 'holder', key: `e${count}` } : undefined,
        ),
      ),
      checkers: [createSessionsChecker(), createStatisticsChecker(), createAvailabilityChecker()],
    };
  },
};

/** A key as a client saw it last; it is never removed, so its version only grows. */
type Sight = { key: string; version: number; zxid: number };

/** What a client can take up from others. */
interface Offers {
  sessions: readonly number[];
  sights: readonly Sight[];
}

function sessionsLoad(keys: number): Generator {
  return {
    start: (random) => {
      const streams = perThread((thread) => random.fork(`thread ${thread}`));
      const counts = perThread(() => ({ puts: 0 }));
      const sessions = new Map<ThreadId, number>();
      const sights = new Map<ThreadId, Sight>();
      return {
        next: (thread, time) => {
          const value = `${thread}-${++counts(thread).puts}`;
          const offers = { sessions: others(sessions, thread), sights: others(sights, thread) };
          return operation(time, draw(streams(thread), keys, value, offers));
        },
        observe: (event, thread) => {
          const session = sessionIn(event);
          if (session !== undefined) sessions.set(thread, session);
          const sight = sightIn(event);
          if (sight !== undefined) sights.set(thread, sight);
        },
      };
    },
  };
}

/** The same number of random draws each time, so that no answer changes what a thread draws later. */
function draw(random: Random, keys: number, value: string, offers: Offers): Invocation {
  let point = random.integer(TOTAL);
  const slot = random.integer(keys);
  const whose = random.next();
  const index = WEIGHTS.findIndex((weight) => (point -= weight) < 0);
  const f = OPERATIONS[index];
  if (f === 'hold' || f === 'holder' || f === 'end') return { f, key: `e${slot}` };
  if (f === 'watch' || f === 'look') return { f, key: `k${slot}` };
  const { sessions, sights } = offers;
  if (f === 'take' && sessions.length > 0) {
    return { f, value: sessions[Math.floor(whose * sessions.length)] };
  }
  if (f === 'resume' && sights.length > 0) {
    const { key, version, zxid } = sights[Math.floor(whose * sights.length)];
    return { f, key, value: { version, zxid } };
  }
  return { f: 'put', key: `k${slot}`, value };
}

function others<T>(offered: ReadonlyMap<ThreadId, T>, thread: ThreadId): T[] {
  return [...offered].flatMap(([owner, offer]) => (owner === thread ? [] : [offer]));
}

const ofSession = z.object({ session: z.number() });

function sessionIn({ type, value }: HistoryEvent): number | undefined {
  return type === 'ok' ? ofSession.safeParse(value).data?.session : undefined;
}

const ofSight = z.object({
  value: z.object({ version: z.number() }),
  meta: z.object({ zxid: z.number() }),
});

function sightIn({ type, f, key, value, meta }: HistoryEvent): Sight | undefined {
  if (type !== 'ok' || key === undefined || !SIGHTS.has(f)) return undefined;
  const { data } = ofSight.safeParse({ value, meta });
  return data && { key, version: data.value.version, zxid: data.meta.zxid };
}
