import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { describeWith } from '../harness/testing/requirements.js';
import { EXIT_CODES } from '../harness/verdict.js';
import { type Ended, schism } from '../cli/testing/schism.js';

/** The gallery of the README: real anomalies of real systems, each by the command that shows it. */
const runs = mkdtempSync(join(tmpdir(), 'schism-anomalies-'));

/** An image of sid is built for these tests alone, and a run takes a minute or two. */
const BUILD_LIMIT_MS = 900_000;
const LIMIT_MS = 600_000;
/** Each was seen with the first seed; a busy machine may take another one. */
const TRIES = 3;

afterAll(() => {
  rmSync(runs, { recursive: true, force: true });
});

const test = (line: string, seed: number): Promise<Ended> =>
  schism('test', ...line.split(' '), '--seed', String(seed), '--runs-dir', runs);

/** The first run whose output has this in it, of a few seeds; else the last. */
async function untilSeen(line: string, wanted: RegExp, tries = TRIES): Promise<Ended> {
  let last: Ended = { code: undefined, out: '' };
  for (let seed = 1; seed <= tries && !wanted.test(last.out); seed++) last = await test(line, seed);
  return last;
}

const LAGGARDS =
  '--nodes 5 --faults laggards --fault-interval 3s --time 60s --rate 300' +
  ' --workload-option keys=300 --workload-option operations-per-key=1000';
const LOCK =
  'etcd --nodes 3 --workload lock --workload-option hold-ms=3000 --set lease-s=2' +
  ' --operation-timeout 10s --faults pause --fault-interval 5s --time 60s';
const REMOVED =
  '--nodes 3 --set reconfig=on --faults members:leader --fault-interval 4s --time 40s --rate 400 --concurrency 20';
const LATE_NEWS =
  '--nodes 3 --faults late-news --fault-interval 2s --time 60s --concurrency 30 --rate 1000' +
  ' --workload-option mix=1:1:0 --set election-ms=500 --set heartbeat-ms=50';
/**
 * A leader of Consul that was just elected answers from what it has, for as long as its first entry takes to be
 * committed: longer over narrow links.
 */
const ELECTIONS =
  '--nodes 3 --faults kill:leader,bandwidth:all --overlap --fault-interval 2s --rate 600 --concurrency 20 --time 30s';
/** About every third or fourth run shows it. */
const LUCK = 10;
const POWER = '--nodes 3 --workload durability --faults power:all --fault-interval 4s --time 30s';

describeWith('docker', 'ZOOKEEPER-4925: a once stale server leads, and passes its gap on', () => {
  beforeAll(async () => {
    expect((await schism('images', 'build', 'zookeeper@3.9.6')).code).toBe(EXIT_CODES.pass);
  }, BUILD_LIMIT_MS);

  it('makes 3.9.3 lose what it had acknowledged', { timeout: LIMIT_MS }, async () => {
    const { code, out } = await untilSeen(`zookeeper@3.9 ${LAGGARDS}`, /Violation/);
    expect(out).toContain('Not linearizable');
    expect(code).toBe(EXIT_CODES.violation);
  });

  it('is mended in 3.9.6', { timeout: LIMIT_MS }, async () => {
    const { code, out } = await test(`zookeeper@3.9.6 ${LAGGARDS}`, 1);
    expect(out).toContain('each seen to take effect and each seen healed');
    expect(code).toBe(EXIT_CODES.pass);
  });
});

describeWith('docker', 'a leader of ZooKeeper that is removed from the ensemble', () => {
  it('answers stale reads behind a sync until it notices', { timeout: LIMIT_MS }, async () => {
    const { code, out } = await untilSeen(`zookeeper ${REMOVED}`, /Violation/);
    expect(out).toContain('Not linearizable');
    expect(code).toBe(EXIT_CODES.violation);
  });
});

describeWith('docker', 'a leader of Consul that was just elected', () => {
  it('answers stale reads where nobody is asked', { timeout: LIMIT_MS }, async () => {
    const line = `consul --set consistency=default ${ELECTIONS}`;
    const { code, out } = await untilSeen(line, /Violation/, LUCK);
    expect(out).toContain('Not linearizable');
    expect(code).toBe(EXIT_CODES.violation);
  });
});

describeWith('docker', 'a lock of etcd whose holder sleeps', () => {
  it('has two holders at once', { timeout: LIMIT_MS }, async () => {
    const { code, out } = await untilSeen(LOCK, /Violation/);
    expect(out).toContain('mutual exclusion invalid');
    expect(code).toBe(EXIT_CODES.violation);
  });

  it('does no harm where writes are fenced', { timeout: LIMIT_MS }, async () => {
    const { code, out } = await test(`${LOCK} --workload-option fencing=token`, 1);
    expect(out).toContain('protected writes valid');
    expect(code).toBe(EXIT_CODES.pass);
  });
});

describeWith('docker', 'a leader that is deposed in its sleep and hears of it late', () => {
  beforeAll(async () => {
    expect((await schism('images', 'build', 'etcd@3.5.30')).code).toBe(EXIT_CODES.pass);
  }, BUILD_LIMIT_MS);

  it('answers stale linearizable reads in etcd 3.5.16', { timeout: 3 * LIMIT_MS }, async () => {
    const { code, out } = await untilSeen(`etcd@3.5 ${LATE_NEWS}`, /Violation/, LUCK);
    expect(out).toContain('Not linearizable');
    expect(code).toBe(EXIT_CODES.violation);
  });

  it('does not in etcd 3.5.30', { timeout: LIMIT_MS }, async () => {
    const { code, out } = await test(`etcd@3.5.30 ${LATE_NEWS}`, 3);
    expect(out).toMatch(/Faults +\d+ × late-news carried out/);
    expect(code).toBe(EXIT_CODES.pass);
  });

  it('answers stale reads behind a sync in ZooKeeper', { timeout: LIMIT_MS }, async () => {
    const line = 'zookeeper@3.9 --nodes 3 --faults late-news --fault-interval 3s --time 14s';
    const { code, out } = await untilSeen(line, /Violation/);
    expect(out).toContain('Not linearizable');
    expect(code).toBe(EXIT_CODES.violation);
  });
});

describeWith('docker', 'power cuts of all', () => {
  it.each(['etcd --durability unsafe-no-fsync', 'zookeeper --durability forceSync=no'])(
    'take what was acknowledged and not fsynced: %s',
    { timeout: LIMIT_MS },
    async (mode) => {
      const lost = /[\d,]+ of [\d,]+ acknowledged writes were lost after a power cut, as promised/;
      expect((await untilSeen(`${mode} ${POWER}`, lost)).out).toMatch(lost);
    },
  );

  it('take nothing that etcd has fsynced', { timeout: LIMIT_MS }, async () => {
    const { code, out } = await test(`etcd ${POWER}`, 1);
    expect(out).toMatch(/Pass: .* what the system promises\.\n/);
    expect(code).toBe(EXIT_CODES.pass);
  });
});
