// What can be read off a text without rendering it once more.

const FENCE = /^```.*$/m;
const MARKUP = /\]\([^)]*\)|^#+ |^> |^- |[*`|[]/gm;
const HEADING = /<h([2-6]) id="([^"]*)"[^>]*>(.*?) ?<a class="permalink"/g;
const WORDS_A_MINUTE = 213;

/** Take the text out of a tip's Markdown, its code included. */
export const plain = (markdown) =>
  markdown.split(FENCE).map((part, place) => (place % 2 ? part : part.replace(MARKUP, ""))).join(" ");

/** Find the headings of a rendered text. */
export const headings = (html) => [...html.matchAll(HEADING)].map(([, level, id, html]) => ({ level, id, html }));

/** Estimate how long a text takes to read. */
export const minutes = (markdown) => Math.max(1, Math.ceil(markdown.split(/\s+/).length / WORDS_A_MINUTE));
