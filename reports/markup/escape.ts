/** Text that is HTML already: made by `html` and by nothing that comes from outside. */
export class Html {
  constructor(readonly text: string) {}
}

export type HtmlValue = string | number | Html | readonly Html[] | false | null | undefined;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Safe as text and inside a quoted attribute. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

function render(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return escapeText(String(value));
}

/**
 * A template whose values are escaped unless they are `Html`. Attributes must be quoted, and no value
 * may stand in a tag's name, in a URL or in a `<script>`: for the last there are the two functions below.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = strings[0];
  for (let i = 0; i < values.length; i++) text += render(values[i]) + strings[i + 1];
  return new Html(text);
}

/**
 * JavaScript that can stand inside `<script>`. `</script` and `<!--` end or bend the element wherever they
 * stand; in code of ours they occur in strings and regular expressions only, where a backslash is harmless.
 */
export function escapeScript(code: string): string {
  return code.replace(/<(\/script|!--)/gi, '<\\$1');
}

/** A `<script>` with exactly this text, so that the text's hash is the element's. */
export function scriptElement(escapedCode: string): Html {
  return new Html(`<script>${escapedCode}</script>`);
}

const JSON_ESCAPES: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** An element that holds a value as JSON, in which there is no `<` at all. `id` is a name of ours. */
export function jsonElement(id: string, value: unknown): Html {
  const json = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => JSON_ESCAPES[character],
  );
  return new Html(`<script type="application/json" id="${escapeText(id)}">${json}</script>`);
}
