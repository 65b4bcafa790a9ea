import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';

import { findCircles } from './folder-graph.js';
import { type MeasuredFunction, readSources, ROOMS, type SourceFile } from './source-tree.js';

/** What the code is held to; lines of a file and of a function are counted with all that stands in them. */
const FILE_LINES_P90 = 170;
const FUNCTION_LINES_P90 = 18;
const FUNCTION_LINES_MOST = 70;
const FILES_IN_A_FOLDER = 15;

const sources = readSources();
const functions = sources.flatMap((source) => source.functions);

/** A rule of `npm run structure` about who may import whom. */
interface LayerRule {
  name: string;
  comment?: string;
  from: { path?: string; pathNot?: string };
  to: { path?: string };
}

const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as {
  forbidden: readonly LayerRule[];
};

/** The floors of rooms that have some, from the ground up, as the rules say them: `nodes: replication < host`. */
const floorsByRoom = new Map(
  forbidden
    .filter(({ name }) => name.endsWith('-imports-upward'))
    .map(({ comment = '' }) => comment.split(': '))
    .map(([room, floors]) => [room, floors.split(' < ')]),
);

/** The value that so large a share of the values does not exceed. */
function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.ceil(values.length * share) - 1];
}

function longest<T extends { lines: number }>(all: readonly T[], say: (each: T) => string): string {
  const sorted = [...all].sort((a, b) => b.lines - a.lines);
  return sorted
    .slice(0, 30)
    .map((each) => `\n  ${each.lines} ${say(each)}`)
    .join('');
}

function nameOf({ name, file }: MeasuredFunction): string {
  return `${name}, ${file}`;
}

/** How many sources stand directly in each folder. */
function filesByFolder(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { path } of sources) {
    const folder = dirname(path);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return counts;
}

describe('folders', () => {
  it('form no circle, where own files are one node and each sub-folder is another', () => {
    expect(findCircles(sources)).toEqual([]);
  });

  it('import nothing upward', () => {
    const rules = forbidden.filter(({ from, to }) => from.path && to.path);
    expect(rules.length).toBeGreaterThan(ROOMS.length);
    const broken = rules.flatMap(({ name, from, to }) => {
      const [begins, spared, ends] = [from.path, from.pathNot, to.path].map(
        (pattern) => new RegExp(pattern ?? '(?!)'),
      );
      return sources
        .filter(({ path }) => begins.test(path) && !spared.test(path))
        .flatMap(({ path, imports }) =>
          imports.filter((each) => ends.test(each)).map((each) => `${name}: ${path} > ${each}`),
        );
    });
    expect(broken).toEqual([]);
  });

  it('have a floor each, in rooms that have floors', () => {
    expect(floorsByRoom.get('harness')).toContain('contracts');
    const folders = new Set(sources.map(({ path }) => dirname(path)));
    const homeless = [...floorsByRoom].flatMap(([room, floors]) =>
      [...folders]
        .filter((folder) => folder.startsWith(`${room}/`))
        .filter((folder) => !floors.includes(folder.slice(room.length + 1).split('/')[0])),
    );
    expect(homeless).toEqual([]);
  });

  it(`hold at most ${FILES_IN_A_FOLDER} sources of their own`, () => {
    const crowded = [...filesByFolder()].filter(([, count]) => count > FILES_IN_A_FOLDER);
    expect(crowded.map(([folder, count]) => `${folder}: ${count} files`)).toEqual([]);
  });
});

describe('sizes', () => {
  it(`are at most ${FILE_LINES_P90} lines for nine of ten files`, () => {
    const p90 = quantile(
      sources.map(({ lines }) => lines),
      0.9,
    );
    const offenders = longest(sources, ({ path }: SourceFile) => path);
    expect(p90, `the longest files:${offenders}`).toBeLessThanOrEqual(FILE_LINES_P90);
  });

  it(`are at most ${FUNCTION_LINES_P90} lines for nine of ten functions that have a name`, () => {
    const named = functions.filter(({ isNamed }) => isNamed);
    const p90 = quantile(
      named.map(({ lines }) => lines),
      0.9,
    );
    const offenders = longest(named, nameOf);
    expect(p90, `the longest functions:${offenders}`).toBeLessThanOrEqual(FUNCTION_LINES_P90);
  });

  it(`are at most ${FUNCTION_LINES_MOST} lines for any function`, () => {
    const offenders = functions.filter(({ lines }) => lines > FUNCTION_LINES_MOST);
    expect(longest(offenders, nameOf)).toBe('');
  });
});

describe('the search for circles', () => {
  const file = (path: string, ...imports: string[]): SourceFile => {
    return { path, lines: 1, functions: [], imports };
  };

  it('finds one between own files and a sub-folder', () => {
    const circles = findCircles([
      file('room/a.ts', 'room/deep/b.ts'),
      file('room/deep/b.ts', 'room/c.ts'),
      file('room/c.ts'),
    ]);
    expect(circles).toEqual([
      'room: . > deep > .\n  room/a.ts imports room/deep/b.ts\n  room/deep/b.ts imports room/c.ts',
    ]);
  });

  it('finds one of several folders, through files that have nothing to do with each other', () => {
    const circles = findCircles([
      file('room/a/one.ts', 'room/b/one.ts'),
      file('room/b/two.ts', 'room/c/deep/one.ts'),
      file('room/c/two.ts', 'room/a/two.ts'),
    ]);
    expect(circles).toHaveLength(1);
    expect(circles[0]).toMatch(/^room: a > b > c > a/);
  });

  it('finds none where all arrows lead the same way', () => {
    const circles = findCircles([
      file('room/a.ts', 'room/b/one.ts', 'other/c.ts'),
      file('room/b/one.ts', 'other/c.ts', 'room/b/deep/two.ts'),
      file('other/c.ts'),
    ]);
    expect(circles).toEqual([]);
  });
});
