/** Buttons that copy the text of the element that they name. */
export function enableCopyButtons(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-copy]')) {
    const source = document.getElementById(button.dataset.copy ?? '');
    if (!source) continue;
    const label = button.textContent;
    button.hidden = false;
    button.addEventListener('click', () => {
      void copy(source).then((copied) => {
        button.textContent = copied ? 'Copied ✓' : 'Selected: press Ctrl+C';
        setTimeout(() => (button.textContent = label), 2000);
      });
    });
  }
}

/** Where the page may not write to the clipboard, the text is at least selected. */
async function copy(source: HTMLElement): Promise<boolean> {
  getSelection()?.selectAllChildren(source);
  try {
    await navigator.clipboard.writeText(source.textContent ?? '');
    return true;
  } catch {
    return false;
  }
}

/** Shows what a bar of a timeline is, under the timeline, while it is pointed at or focused. */
export function enableTimelines(): void {
  for (const figure of document.querySelectorAll<HTMLElement>('.timeline')) {
    showFirst(figure, '.bar.stuck');
    const detail = figure.querySelector('.timeline-detail');
    if (!detail) continue;
    const show = (event: Event): void => {
      const bar = (event.target as Element).closest<SVGElement>('[data-detail]');
      if (bar?.dataset.detail) detail.textContent = bar.dataset.detail;
    };
    figure.addEventListener('pointerover', show);
    figure.addEventListener('focusin', show);
  }
}

/** Brings what a reader looks for into the middle of a timeline that is wider than its frame. */
function showFirst(figure: HTMLElement, selector: string): void {
  const frame = figure.querySelector('.timeline-frame');
  const bar = figure.querySelector(selector);
  if (!frame || !bar) return;
  const [inner, outer] = [bar.getBoundingClientRect(), frame.getBoundingClientRect()];
  frame.scrollLeft += (inner.left + inner.right - outer.left - outer.right) / 2;
}

/** What a sheet of A4 has room for, in CSS pixels. */
const SHEET_WIDTH = 640;

/** Paper does not scroll: for printing, timelines are made small enough, and their tables are opened. */
export function fitTimelines(printing: boolean): void {
  for (const frame of document.querySelectorAll<HTMLElement>('.timeline-frame')) {
    frame.style.zoom = printing ? String(Math.min(1, SHEET_WIDTH / frame.scrollWidth)) : '';
  }
  for (const table of document.querySelectorAll<HTMLDetailsElement>('.timeline + details')) {
    table.open = printing;
  }
}
