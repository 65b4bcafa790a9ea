import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

import { describeWith } from '../harness/testing/requirements.js';
import { EXIT_CODES } from '../harness/verdict.js';
import { type Ended, schism } from '../cli/testing/schism.js';

/** Locks that end with a lease, under clocks that run fast where the lease is kept: the README's commands. */
const runs = mkdtempSync(join(tmpdir(), 'schism-leases-'));

const LIMIT_MS = 600_000;
/** Each was seen with the first seed; a busy machine may take another one. */
const TRIES = 3;

afterAll(() => {
  rmSync(runs, { recursive: true, force: true });
});

const test = (line: string, seed: number): Promise<Ended> =>
  schism('test', ...line.split(' '), '--seed', String(seed), '--runs-dir', runs);

/** The first run that ends so, of a few seeds; else the last. */
async function untilEnded(line: string, wanted: number): Promise<Ended> {
  let last: Ended = { code: undefined, out: '' };
  for (let seed = 1; seed <= TRIES && last.code !== wanted; seed++) last = await test(line, seed);
  return last;
}

const FAST_LEADER = '--faults clock-rate:fast-leader --fault-interval 8s --time 60s';
const WRONG_WALL_CLOCKS = '--faults clock --fault-interval 8s --time 60s';
const LATE = '--set renew-at=80%';
const FENCED = '--workload-option fencing=token';

const SYSTEMS = [
  {
    name: 'etcd',
    line:
      'etcd --nodes 3 --workload lock --workload-option hold-ms=6000 --set lease-s=5' +
      ' --operation-timeout 10s',
    faster: '',
  },
  {
    name: 'consul',
    line:
      'consul --nodes 3 --workload lock --workload-option hold-ms=6000 --set session-ttl-s=5' +
      ' --operation-timeout 10s',
    // Sessions live for twice their TTL: a clock that is twice as fast does no harm.
    faster: ' --clock-rate-max 6',
  },
  {
    name: 'zookeeper',
    line:
      'zookeeper --nodes 3 --workload lock --workload-option hold-ms=7000' +
      ' --workload-option writes=1 --set session-ms=4000 --operation-timeout 10s',
    faster: '',
  },
];

describeWith('docker', 'a lock whose lease ends early, since the leader’s clock is fast', () => {
  it.each(SYSTEMS)('has two holders: $name', { timeout: LIMIT_MS }, async ({ line, faster }) => {
    const command = `${line} ${LATE} ${FAST_LEADER}${faster}`;
    const { code, out } = await untilEnded(command, EXIT_CODES.violation);
    expect(out).toContain('mutual exclusion invalid');
    expect(code).toBe(EXIT_CODES.violation);
  });

  it.each(SYSTEMS)(
    'does no harm where writes are fenced: $name',
    { timeout: LIMIT_MS },
    async ({ line, faster }) => {
      const command = `${line} ${LATE} ${FENCED} ${FAST_LEADER}${faster}`;
      const { code, out } = await test(command, 1);
      expect(out).toContain('protected writes valid');
      expect(code).toBe(EXIT_CODES.pass);
    },
  );

  it.each(SYSTEMS)(
    'has one holder under wrong wall clocks: $name',
    { timeout: LIMIT_MS },
    async ({ line }) => {
      const { code, out } = await untilEnded(`${line} ${WRONG_WALL_CLOCKS}`, EXIT_CODES.pass);
      expect(out).toContain('mutual exclusion valid');
      expect(code).toBe(EXIT_CODES.pass);
    },
  );

  it.each(SYSTEMS.filter(({ name }) => name !== 'etcd'))(
    'has one holder where clients renew in good time: $name',
    { timeout: LIMIT_MS },
    async ({ line }) => {
      const { code, out } = await untilEnded(`${line} ${FAST_LEADER}`, EXIT_CODES.pass);
      expect(out).toContain('mutual exclusion valid');
      expect(code).toBe(EXIT_CODES.pass);
    },
  );
});
