// The worker of the search: indexes the tips portion by portion, and answers from what it has so far.
const FIELDS = ["title", "headings", "tags", "summary", "topic", "text"];
const SHOWN = 12; // results
const LENGTH = 180; // characters of an excerpt
const WORD = /[\p{L}\p{M}\p{N}_]+/gu;
const OPTIONS = {
  boost: { title: 6, headings: 3, tags: 3, summary: 2 },
  prefix: true,
  fuzzy: (term) => (term.length > 3 ? 0.25 : false),
  processTerm: (word) => word.toLowerCase(),
};

const tips = new Map();
let whole; // searches all of each tip
let partial; // searches what is shown of them, until all texts have been loaded
let asked = { query: "", number: 0 };

/** Split a text into words; `url_for` and `PERMANENT_SESSION_LIFETIME` are one each. */
function tokenize(text) {
  return text.match(WORD) ?? [];
}

/** Give what a word is found by: itself, and the parts of a name such as `test_client` or `BuildError`. */
function termsOf(word) {
  const parts = word.split(/_+|(?<=\p{Ll})(?=\p{Lu})/u).filter(Boolean);
  return (parts.length > 1 ? [word, ...parts] : [word]).map((term) => term.toLowerCase());
}

/** Load what is shown of each tip, which is searched at once; then the texts, portion by portion. */
async function load(script, address) {
  const [{ default: MiniSearch }, { tips: summaries, texts }] = await Promise.all([import(script), get(address)]);
  const make = () => new MiniSearch({ fields: FIELDS, idField: "slug", tokenize, processTerm: termsOf });
  for (const tip of summaries) tips.set(tip.slug, tip);
  [partial, whole] = [make(), make()];
  partial.addAll(summaries);
  answer();
  for (const portion of texts) {
    const added = (await get(portion)).map((text) => Object.assign(tips.get(text.slug), text));
    whole.addAll(added);
    answer();
  }
  partial = undefined;
  answer();
}

async function get(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} answers ${response.status}`);
  return response.json();
}

function find(query) {
  const all = search(query, { ...OPTIONS, combineWith: "AND" });
  return all.length ? all : search(query, OPTIONS);
}

/** Search the tips whose texts have been loaded, and what is known of the others. */
function search(query, options) {
  const found = whole.search(query, options);
  const more = partial?.search(query, { ...options, filter: ({ id }) => !whole.has(id) }) ?? [];
  return more.length ? [...found, ...more].sort((one, other) => other.score - one.score) : found;
}

function answer() {
  const query = asked.query.trim();
  const found = whole && query ? find(query) : [];
  const results = found.slice(0, SHOWN).map(describe);
  postMessage({ number: asked.number, query, total: found.length, results, complete: whole && !partial });
}

/** Describe a result by its title and an excerpt, in runs of text of which every second one was found. */
function describe({ id, terms }) {
  const { slug, topic, title, summary, text = "" } = tips.get(id);
  const longestFirst = terms.toSorted((one, other) => other.length - one.length).join("|");
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(${longestFirst})(?![\\p{L}\\p{N}])`, "giu");
  return { slug, topic, title: title.split(pattern), excerpt: excerptOf(summary, text, pattern).split(pattern) };
}

/** Give the summary, or the part of the text that has more of what was found. */
function excerptOf(summary, text, pattern) {
  const starts = [...text.matchAll(pattern)].map(({ index }) => cut(text, index - LENGTH / 4));
  return [summary, ...starts].reduce((best, next) => (variety(next, pattern) > variety(best, pattern) ? next : best));
}

function variety(text, pattern) {
  return new Set(text.toLowerCase().match(pattern)).size;
}

/** Cut an excerpt out of a text, at the ends of words. */
function cut(text, from) {
  const start = from > 0 ? text.indexOf(" ", from) + 1 : 0;
  const end = start + LENGTH < text.length ? text.lastIndexOf(" ", start + LENGTH) : text.length;
  return `${start ? "… " : ""}${text.slice(start, Math.max(end, start + LENGTH / 2))}${end < text.length ? " …" : ""}`;
}

addEventListener("message", ({ data }) => {
  if ("query" in data) {
    asked = data;
    answer();
  } else {
    load(data.engine, data.index).catch((error) => postMessage({ failed: String(error) }));
  }
});
