import { describe, expect, it } from 'vitest';
import { createRandom } from '../../harness/environment/random.js';
import { createVirtualClock, type VirtualClock } from '../../harness/environment/virtual.js';
import { SimulatedLink } from './link.js';

const SECOND_NS = 1e9;
const KBIT = 32;
const PARCEL_BYTES = 1_000;

/** A narrow link that was given more than it carries in a minute, and when each parcel arrived, by its number. */
function choke(clock: VirtualClock): { link: SimulatedLink; arrived: [number, number][] } {
  const link = new SimulatedLink({ from: 'n1', to: 'n2' }, clock, createRandom(1));
  const arrived: [number, number][] = [];
  const send = (number: number): void => {
    const arrive = (): void => void arrived.push([number, clock.now() / SECOND_NS]);
    link.send({ arrive, isStream: true, bytes: () => PARCEL_BYTES });
  };
  send(0);
  link.shape({ bitsPerSecond: KBIT * 1_000 });
  for (let number = 1; number <= 300; number++) send(number);
  clock.setTimer(() => {
    link.heal();
    send(301);
  }, 10_000);
  return { link, arrived };
}

describe('a narrow link', () => {
  it('lets what is queued through when it is wide again, in order and once', async () => {
    const clock = createVirtualClock();
    const { arrived } = choke(clock);
    await clock.runUntilIdle();
    expect(arrived.map(([number]) => number)).toEqual(Array.from({ length: 302 }, (_, i) => i));
    const early = arrived.filter(([, at]) => at < 10).length;
    // 32 kbit/s are four parcels of 1,000 bytes in a second.
    expect(early).toBeGreaterThan(38);
    expect(early).toBeLessThan(43);
    expect(Math.max(...arrived.map(([, at]) => at))).toBeLessThan(10.1);
  });
});
