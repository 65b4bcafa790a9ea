/**
 * What an accessibility checker would complain of first, as sentences; runs inside the page. After axe's
 * rules html-has-lang, document-title, duplicate-id, heading-order, image-alt, button-name, color-contrast
 * and scrollable-region-focusable, in their plainest form.
 */
export const PAGE_AUDIT = `(() => {
  const complaints = [];
  const all = [...document.body.querySelectorAll('*')];
  if (!document.documentElement.lang) complaints.push('the page has no language');
  if (!document.title) complaints.push('the page has no title');
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  for (const id of ids.filter((each, i) => ids.indexOf(each) !== i)) complaints.push('two of #' + id);
  let level = 0;
  for (const heading of document.querySelectorAll('h1,h2,h3,h4')) {
    const next = Number(heading.tagName[1]);
    if (next > level + 1) complaints.push('the heading "' + heading.textContent + '" leaves out a level');
    level = next;
  }
  for (const element of document.querySelectorAll('[role=img],[role=region],[role=group],img,button')) {
    const name = element.getAttribute('aria-label') || element.getAttribute('alt') || element.textContent.trim();
    if (!name) complaints.push('no name: ' + element.outerHTML.slice(0, 80));
  }
  const channels = (colour) => {
    const numbers = colour.match(/[\\d.]+/g).map(Number);
    return numbers.length === 4 && numbers[3] === 0 ? undefined : numbers.slice(0, 3);
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = channels(getComputedStyle(e).backgroundColor);
      if (colour) return colour;
    }
    return [255, 255, 255];
  };
  const bar = (text) => text.closest('.bar')?.querySelector('rect');
  for (const element of all) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    const style = getComputedStyle(element);
    if (!own || !element.checkVisibility() || element.closest('script,style,title,noscript')) continue;
    const isSvg = element instanceof SVGElement;
    const paint = isSvg && bar(element) ? getComputedStyle(bar(element)).fill : '';
    const stripe = document.querySelector('.stripe');
    const fill = paint.startsWith('url') ? channels(getComputedStyle(stripe).fill) : paint && channels(paint);
    if (isSvg && !fill) continue;
    const [a, b] = [channels(isSvg ? style.fill : style.color), fill || ground(element)].map(luminance);
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) complaints.push('contrast ' + contrast.toFixed(2) + ': "' + element.textContent.trim().slice(0, 40) + '"');
  }
  for (const element of all) {
    const scrolls = ['auto', 'scroll'].includes(getComputedStyle(element).overflowX);
    if (scrolls && element.scrollWidth > element.clientWidth && element.tabIndex < 0)
      complaints.push('scrolls but has no focus: ' + element.outerHTML.slice(0, 80));
  }
  const scrolling = '.scroll, .timeline-frame, .skip, pre';
  for (const element of all) {
    const spills = element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1;
    if (spills && !element.closest(scrolling) && getComputedStyle(element).overflowX === 'visible')
      complaints.push('wider than its place: ' + element.outerHTML.slice(0, 80));
  }
  if (document.documentElement.scrollWidth > innerWidth) complaints.push('the page scrolls sideways');
  return complaints;
})()`;
