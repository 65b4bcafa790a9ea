import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from './lines.js';

describe('lines', () => {
  it('come out whole, however the stream is cut', () => {
    const line = fc.string().map((text) => text.replaceAll('\n', ''));
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(50)), (lines, cuts) => {
        let stream = lines.map((line) => `${line}\n`).join('') + 'unfinished';
        const splitter = new LineSplitter();
        const found: string[] = [];
        for (const cut of cuts) {
          found.push(...splitter.push(stream.slice(0, cut)));
          stream = stream.slice(cut);
        }
        found.push(...splitter.push(stream));
        expect(found).toEqual(lines);
      }),
    );
  });
});
