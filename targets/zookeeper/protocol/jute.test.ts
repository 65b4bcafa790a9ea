import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameSplitter, JuteReader, JuteWriter } from './jute.js';
import { readStat } from './records.js';
import { writeStat } from '../testing/stat.js';
import type { Stat } from './records.js';

type Field =
  | { kind: 'int' | 'version'; value: number }
  | { kind: 'long'; value: bigint }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'buffer'; value: Uint8Array | null }
  | { kind: 'string'; value: string | null }
  | { kind: 'vector'; value: string[] };

const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const text = fc.string({ unit: 'binary' });
const field: fc.Arbitrary<Field> = fc.oneof(
  fc.record({ kind: fc.constant('int' as const), value: int }),
  fc.record({ kind: fc.constant('long' as const), value: long }),
  fc.record({ kind: fc.constant('boolean' as const), value: fc.boolean() }),
  fc.record({ kind: fc.constant('buffer' as const), value: fc.option(fc.uint8Array()) }),
  fc.record({ kind: fc.constant('string' as const), value: fc.option(text) }),
  fc.record({ kind: fc.constant('vector' as const), value: fc.array(text) }),
);

function write(writer: JuteWriter, { kind, value }: Field): void {
  if (kind === 'long') writer.long(value);
  else if (kind === 'boolean') writer.boolean(value);
  else if (kind === 'buffer') writer.buffer(value);
  else if (kind === 'string') writer.string(value);
  else if (kind === 'vector') writer.vector(value, (w, item) => w.string(item));
  else writer.int(value);
}

function read(reader: JuteReader, { kind }: Field): unknown {
  if (kind === 'long') return reader.long();
  if (kind === 'boolean') return reader.boolean();
  if (kind === 'buffer') return reader.buffer();
  if (kind === 'string') return reader.string();
  if (kind === 'vector') return reader.vector((r) => r.string());
  return reader.int();
}

/** As it is compared: bytes as an array of numbers. */
function plain(value: unknown): unknown {
  return value instanceof Uint8Array ? [...value] : value;
}

describe('Jute', () => {
  test('whatever is written comes back, and nothing is left over', () => {
    fc.assert(
      fc.property(fc.array(field), (fields) => {
        const writer = new JuteWriter();
        for (const each of fields) write(writer, each);
        const reader = new JuteReader(writer.bytes());
        expect(fields.map((each) => plain(read(reader, each)))).toEqual(
          fields.map((each) => plain(each.value)),
        );
        expect(reader.remaining).toBe(0);
      }),
    );
  });

  test('the bytes are big-endian, with lengths of four bytes', () => {
    const writer = new JuteWriter().int(-2).long(258n).boolean(true).string('hé').buffer(null);
    expect(writer.bytes().toString('hex')).toBe(
      ['fffffffe', '0000000000000102', '01', '0000000368c3a9', 'ffffffff'].join(''),
    );
  });

  test('frames come out whole, however the stream is cut', () => {
    const cuts = fc.array(fc.nat({ max: 200 }), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 30 })), cuts, (bodies, at) => {
        const stream = Buffer.concat(
          bodies.map((body) => {
            const length = Buffer.alloc(4);
            length.writeInt32BE(body.length);
            return Buffer.concat([length, body]);
          }),
        );
        const splitter = new FrameSplitter();
        const bounds = [0, ...at.map((cut) => Math.min(cut, stream.length)), stream.length];
        bounds.sort((a, b) => a - b);
        const frames = bounds.flatMap((start, i) =>
          splitter.push(stream.subarray(start, bounds[i + 1] ?? stream.length)),
        );
        expect(frames.map(plain)).toEqual(bodies.map(plain));
      }),
    );
  });

  test('random bytes are refused or read, and never believed about their length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const reader = new JuteReader(Buffer.from(bytes));
        try {
          const items = reader.vector((r) => r.string());
          expect(items.length).toBeLessThanOrEqual(bytes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
    expect(() => new JuteReader(Buffer.from([0x7f, 0xff, 0xff, 0xff])).buffer()).toThrow(
      'a length of 2147483647 with 0 bytes left',
    );
    expect(() => new FrameSplitter().push(Buffer.from([0xff, 0, 0, 0]))).toThrow(RangeError);
  });

  test('a Stat comes back field by field', () => {
    const stat: fc.Arbitrary<Stat> = fc.record({
      czxid: long,
      mzxid: long,
      ctime: long,
      mtime: long,
      version: int,
      cversion: int,
      aversion: int,
      ephemeralOwner: long,
      dataLength: int,
      numChildren: int,
      pzxid: long,
    });
    fc.assert(
      fc.property(stat, (value) => {
        const writer = new JuteWriter();
        writeStat(writer, value);
        expect(writer.bytes()).toHaveLength(68);
        expect(readStat(new JuteReader(writer.bytes()))).toEqual(value);
      }),
    );
  });
});
