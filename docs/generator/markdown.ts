/** What a page is made of, as far as its links and commands are concerned. */
export interface MarkdownParts {
  /** The anchors of its headings, slugged as GitHub does. */
  anchors: ReadonlySet<string>;
  /** Where its links and images lead. */
  links: readonly string[];
  blocks: readonly CodeBlock[];
  /** Code within a line: `--seed`, `schism check FILE`. */
  spans: readonly string[];
}

export interface CodeBlock {
  /** What is named behind the fence; empty where nothing is. */
  language: string;
  lines: readonly string[];
}

const FENCE = /^\s*(`{3,})(\S*)/;
const HEADING = /^#{1,6} +(.*?)(?: +#+)?$/;
/** An empty line, a heading, a row of a table, an item of a list. */
const BEGINS_ANEW = /^\s*(?:$|#|\||[-*] |\d+\. )/;
const SPAN = /(`+)(.+?)\1(?!`)/g;
/** Text or an image in brackets, and a target without blanks, with a title or without. */
const LINK = /!?\[(?:[^[\]]|!?\[[^\]]*\]\([^)]*\))*\]\(([^()\s]+)(?: "[^"]*")?\)/g;
const DEFINITION = /^\[[^\]]+\]: +(\S+)/;

export function parseMarkdown(text: string): MarkdownParts {
  const blocks: { language: string; lines: string[] }[] = [];
  const headings: string[] = [];
  const paragraphs: string[][] = [];
  let fence: string | undefined;
  for (const line of text.split('\n')) {
    const opening = FENCE.exec(line);
    if (fence !== undefined) {
      if (line.trim() === fence) fence = undefined;
      else blocks[blocks.length - 1].lines.push(line);
    } else if (opening) {
      fence = opening[1];
      blocks.push({ language: opening[2], lines: [] });
      paragraphs.push([]);
    } else {
      const heading = HEADING.exec(line);
      if (heading) headings.push(heading[1]);
      if (BEGINS_ANEW.test(line) || paragraphs.length === 0) paragraphs.push([]);
      paragraphs[paragraphs.length - 1].push(line.trim());
    }
  }
  // Links and code may go on in the next line.
  const prose = paragraphs.map((lines) => lines.join(' '));
  return {
    anchors: anchorsOf(headings),
    links: prose.flatMap(linksOf),
    blocks,
    spans: prose.flatMap(spansOf),
  };
}

function spansOf(prose: string): string[] {
  return [...prose.matchAll(SPAN)].map(([, , code]) => code.trim());
}

function linksOf(text: string): string[] {
  const prose = text.replaceAll(SPAN, 'code');
  const inside = [...prose.matchAll(LINK)].flatMap(([whole, target]) => {
    const label = whole.slice(whole.startsWith('!') ? 2 : 1, whole.lastIndexOf(']('));
    return [target, ...linksOf(label)];
  });
  return [...inside, DEFINITION.exec(prose)?.[1] ?? []].flat();
}

/** The second heading of the same words gets `-1`, the next `-2`. */
function anchorsOf(headings: readonly string[]): Set<string> {
  const anchors = new Set<string>();
  const seen = new Map<string, number>();
  for (const heading of headings) {
    const slug = slugOf(heading);
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    anchors.add(before === 0 ? slug : `${slug}-${before}`);
  }
  return anchors;
}

/** Lower case, without punctuation but `-` and `_`, blanks as `-`; of a link its text. */
export function slugOf(heading: string): string {
  return heading
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}
