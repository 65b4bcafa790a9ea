import { createHash } from 'node:crypto';
import { escapeScript, html, jsonElement, scriptElement, type Html } from '../markup/escape.js';
import { readStyle } from './style.js';

export interface DocumentParts {
  title: string;
  schismVersion: string;
  body: Html;
  /** What the page's script finds in the page, under this id. */
  dataId: string;
  data: unknown;
  browserCode: string;
}

/**
 * One HTML file that needs no network and no other file. Values are escaped wherever they stand, and a content
 * security policy lets only the page's own script run.
 */
export function renderDocument(parts: DocumentParts): string {
  const script = escapeScript(parts.browserCode);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(script)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content="schism ${parts.schismVersion}" />
        <title>${parts.title}</title>
        <style>
          ${readStyle()}
        </style>
      </head>
      <body>
        ${parts.body} ${jsonElement(parts.dataId, parts.data)} ${scriptElement(script)}
      </body>
    </html> `.text;
}

/** Nothing is loaded from anywhere, and only the script with this hash may run. */
function contentSecurityPolicy(script: string): string {
  const hash = createHash('sha256').update(script).digest('base64');
  return (
    `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; ` +
    "base-uri 'none'; form-action 'none'"
  );
}
