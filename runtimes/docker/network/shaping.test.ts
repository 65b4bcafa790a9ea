import { describe, expect, test } from 'vitest';
import {
  placeFromClients,
  placeToClients,
  placeToMember,
  renderShaping,
  type LinkShape,
  type ShapePlace,
} from './shaping.js';

const addresses = ['10.0.0.2', '10.0.0.3', '10.0.0.4'];

/** The shapes of 10.0.0.2, towards the others. */
function render(
  toPeers: Record<string, LinkShape>,
  rest: Record<string, LinkShape> = {},
): string[] {
  const members = addresses.map((address) => ({ address, shape: toPeers[address] }));
  const text = renderShaping({ members, ...rest });
  return text === '' ? [] : text.split('\n');
}

const withPrefix = (prefix: string, lines: readonly string[]): string[] =>
  lines.filter((line) => line.startsWith(prefix));

describe('the shapes of a node', () => {
  test('nothing to shape needs nothing', () => {
    expect(render({})).toEqual([]);
  });

  test('what goes to one peer takes its class, and all else the default one, without a limit', () => {
    expect(render({ '10.0.0.3': { bandwidth: 256_000 } })).toEqual([
      'qdisc add dev eth0 root handle 1: htb default 1',
      'class add dev eth0 parent 1: classid 1:1 htb rate 100gbit quantum 60000',
      'filter add dev eth0 parent 1: protocol ip prio 1 u32 match ip sport 19998 0xffff flowid 1:1',
      'class add dev eth0 parent 1: classid 1:3 htb rate 100gbit quantum 60000',
      'qdisc add dev eth0 parent 1:3 handle 103: tbf rate 256000bit burst 4096 latency 250ms',
      'filter add dev eth0 parent 1: protocol ip prio 2 u32 match ip dst 10.0.0.3/32 flowid 1:3',
    ]);
  });

  test('netem delays and reorders: from the delay up to delay and jitter', () => {
    const delayed = render({ '10.0.0.3': { delayMs: 100, jitterMs: 50 } });
    expect(delayed).toContain(
      'qdisc add dev eth0 parent 1:3 handle 103: netem limit 10000 delay 125ms 25ms',
    );
    const reordered = render({ '10.0.0.4': { delayMs: 20, reorderPercent: 30 } });
    expect(reordered).toContain(
      'qdisc add dev eth0 parent 1:4 handle 104: netem limit 10000 delay 20ms 0ms reorder 30%',
    );
  });

  test('a limit beside a delay lies within it, so that each counts for itself', () => {
    const both = render({ '10.0.0.3': { bandwidth: 8_000_000, delayMs: 10 } });
    expect(withPrefix('qdisc add dev eth0 parent', both)).toEqual([
      'qdisc add dev eth0 parent 1:3 handle 103: netem limit 10000 delay 10ms 0ms',
      'qdisc add dev eth0 parent 103:1 handle 203: tbf rate 8000000bit burst 10000 latency 250ms',
    ]);
  });

  test('clients are whoever is no member', () => {
    const filters = withPrefix('filter', render({}, { toClients: { bandwidth: 1_000_000 } }));
    expect(filters.map((line) => /match (?:ip )?(.*) flowid 1:(\d+)/.exec(line)?.slice(1))).toEqual(
      [
        ['sport 19998 0xffff', '1'],
        ...addresses.map((address) => [`dst ${address}/32`, '1']),
        ['u32 0 0', '99'],
      ],
    );
    const turned = render({}, { fromClients: { bandwidth: 1_000_000 } });
    expect(turned.filter((line) => line.includes('mirred'))).toEqual([
      expect.stringMatching(/^filter add dev eth0 parent ffff: .* redirect dev ifb0$/),
    ]);
    expect(turned.filter((line) => line.includes(' tbf '))).toEqual([
      expect.stringMatching(/^qdisc add dev ifb0 parent 1:2 handle 102: /),
    ]);
  });

  test('the counters of a link are looked for where its shape was put', () => {
    const shape = { bandwidth: 1_000_000, delayMs: 5 };
    const lines = render({ '10.0.0.4': shape }, { toClients: shape, fromClients: shape });
    const hasAll = ({ device, handles }: ShapePlace): boolean =>
      handles.every((handle) =>
        lines.some(
          (line) => line.includes(` dev ${device} `) && line.includes(`handle ${handle} `),
        ),
      );
    expect([placeToMember(2), placeToClients, placeFromClients].map(hasAll)).toEqual([
      true,
      true,
      true,
    ]);
    expect(hasAll(placeToMember(1))).toBe(false);
  });
});
