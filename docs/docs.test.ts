import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

import packageFile from '../package.json' with { type: 'json' };
import { callOf, callsIn, faultOf, optionsOf } from './generator/commands.js';
import { parseMarkdown, slugOf } from './generator/markdown.js';
import { readPage, readPages, regenerate } from './generator/pages.js';
import { findPackageRoot } from './generator/root.js';
import { readCommandLine } from './generator/sources.js';

const ROOT_PAGES = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
const README_LINES = 250;
/** Named in prose, and no option of ours. */
const OPTIONS_OF_OTHERS = ['--unsafe-no-fsync'];
/** Those of `npm run bench` and `npm run soak`. */
const OPTIONS_OF_SCRIPTS = ['--keep', '--real'];

const docs = readPages();
const pages = [...ROOT_PAGES.map(readPage), ...docs].map((page) => {
  return { ...page, ...parseMarkdown(page.text) };
});
const program = readCommandLine();

/** A link's file from the root of the package, and its anchor; nothing of a link to elsewhere. */
function targetOf(from: string, link: string): { path: string; anchor: string } | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(link)) return undefined;
  const [path, anchor = ''] = link.split('#');
  return { path: path === '' ? from : normalize(join(dirname(from), path)), anchor };
}

function faultOfLink(from: string, link: string): string | undefined {
  const target = targetOf(from, link);
  if (target === undefined) return undefined;
  const { path, anchor } = target;
  if (!existsSync(join(findPackageRoot(), path))) return `${link} leads to nothing`;
  const page = pages.find((each) => each.path === path);
  const isKnown = anchor === '' || page === undefined || page.anchors.has(anchor);
  return isKnown ? undefined : `${link} leads to no heading of ${path}`;
}

describe('generated parts', () => {
  it.each(docs)('of $path are up to date: npm run docs', async (page) => {
    expect(await regenerate(page), 'stale: npm run docs writes it anew').toBe(page.text);
  });

  it('are refused where their name is unknown or their end is missing', async () => {
    const marker = '<!-- generated: nothing -->\n';
    const page = (text: string) => ({ path: 'docs/page.md', text });
    await expect(regenerate(page(`${marker}<!-- end -->\n`))).rejects.toThrow('no part "nothing"');
    await expect(regenerate(page(marker))).rejects.toThrow('no "<!-- end -->"');
  });
});

describe('links', () => {
  it.each(pages)('of $path lead somewhere', ({ path, links }) => {
    expect(links.flatMap((link) => faultOfLink(path, link) ?? [])).toEqual([]);
  });

  it('lead to every page of docs/', () => {
    const linked = pages.flatMap(({ path, links }) => {
      const targets = links.map((link) => targetOf(path, link)?.path);
      return targets.filter((target) => target !== path);
    });
    expect(docs.map(({ path }) => path).filter((path) => !linked.includes(path))).toEqual([]);
  });

  it('are told from code, and headings are slugged as GitHub does', () => {
    const text = [
      '# A `--flag`, and more: [a link](there.md)',
      'See [one](a.md#b), [![image](c.png)](d.md), `[no](link.md)` and `schism',
      'test raft`, [another',
      'one](e.md).',
      '```ts',
      'const x = [0](not.md);',
      '```',
      '## Twice',
      '## Twice',
    ].join('\n');
    const { links, anchors, spans } = parseMarkdown(text);
    expect(links).toEqual(['there.md', 'a.md#b', 'd.md', 'c.png', 'e.md']);
    expect(spans).toEqual(['--flag', '[no](link.md)', 'schism test raft']);
    expect([...anchors]).toEqual(['a---flag-and-more-a-link', 'twice', 'twice-1']);
    expect(slugOf('nodes/NAME/')).toBe('nodesname');
  });
});

describe('commands', () => {
  const calls = pages.flatMap(({ path, blocks, spans }) => {
    const found = [...blocks.flatMap(callsIn), ...spans.flatMap((span) => callOf(span) ?? [])];
    return found.map((call) => ({ path, call }));
  });

  it('are known to the command line, with their options', () => {
    expect(calls.length).toBeGreaterThan(50);
    const faults = calls.map(({ path, call }) => ({ path, fault: faultOf(call, program) }));
    expect(faults.filter(({ fault }) => fault !== undefined)).toEqual([]);
  });

  it('are all in the README', () => {
    const inReadme = calls.filter(({ path }) => path === 'README.md').map(({ call }) => call);
    const names = [...program.commands.keys()].filter((name) => name !== 'help');
    expect(names.filter((name) => !inReadme.some((call) => call.startsWith(name)))).toEqual([]);
  });

  it('have the options that are named alone', () => {
    const known = new Set([...optionsOf(program), ...OPTIONS_OF_OTHERS, ...OPTIONS_OF_SCRIPTS]);
    const named = pages.flatMap(({ path, spans }) =>
      spans
        .flatMap((span) => /^--[a-z][\w-]*/.exec(span)?.[0] ?? [])
        .map((option) => ({ path, option })),
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter(({ option }) => !known.has(option))).toEqual([]);
  });

  it('of npm are scripts of the package', () => {
    const scripts = pages.flatMap(({ text }) =>
      [...text.matchAll(/\bnpm run ([a-z][\w:]*)/g)].map(([, script]) => script),
    );
    const strangers = scripts.filter((script) => !Object.hasOwn(packageFile.scripts, script));
    expect(strangers).toEqual([]);
  });

  it('are refused where the command line does not know them', () => {
    expect(faultOf('test raft --seed 1', program)).toBeUndefined();
    expect(faultOf('test raft --seeds 1', program)).toBe('"schism test" has no option --seeds');
    expect(faultOf('images bild etcd', program)).toBe('there is no command "schism images bild"');
    expect(faultOf('testt raft', program)).toBe('there is no command "schism testt"');
  });
});

it(`README.md has at most ${README_LINES} lines`, () => {
  expect(readPage('README.md').text.trimEnd().split('\n').length).toBeLessThanOrEqual(README_LINES);
});
