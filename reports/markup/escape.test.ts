import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeScript, escapeText, html, jsonElement } from './escape.js';

const HOSTILE = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '</script><script>alert(1)</script>',
    '<!--',
    '\u2028',
    `"'><img src=x>`,
    '&lt;',
    '😀',
  ),
);

const DECODED: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

function decode(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (entity) => DECODED[entity]);
}

describe('escaping', () => {
  it('leaves nothing that could start a tag, an entity or end an attribute, and loses nothing', () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        const escaped = escapeText(text);
        expect(escaped).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
        expect(decode(escaped)).toBe(text);
      }),
    );
  });

  it('escapes the values of a template once, and leaves HTML alone', () => {
    const inner = html`<b title="${'"x"'}">${'<i>'}</b>`;
    const words = ['a', 'b'].map((word) => html`<li>${word}</li>`);
    expect(html`${inner}${words}${3}${null}${undefined}${false}`.text).toBe(
      '<b title="&quot;x&quot;">&lt;i&gt;</b><li>a</li><li>b</li>3',
    );
  });

  it('keeps JSON inside its element, whatever it holds', () => {
    fc.assert(
      fc.property(fc.dictionary(HOSTILE, HOSTILE), (value) => {
        const { text } = jsonElement('data', value);
        const inner = text.slice(text.indexOf('>') + 1, text.lastIndexOf('<'));
        expect(inner).not.toMatch(/[<>&\u2028\u2029]/);
        expect(JSON.parse(inner)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('keeps code inside its element without changing what it says', () => {
    const code = 'globalThis.said = ["</script>", "</SCRIPT x>", "<!-- -->", /<\\/script/.source]';
    const escaped = escapeScript(code);
    expect(escaped).not.toMatch(/<\/script|<!--/i);
    const run = (text: string): unknown => new Function(`${text}; return globalThis.said`)();
    expect(run(escaped)).toEqual(run(code));
  });
});
