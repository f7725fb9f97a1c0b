// The worker of the search: indexes the tips portion by portion, and answers from what it has so far.
const FIELDS = ["title", "headings", "tags", "summary", "topic", "text"];
const SHOWN = 12; // results
const LENGTH = 180; // characters of an excerpt
const WORD = /[\p{L}\p{M}\p{N}_]+/gu;
const OPTIONS = {
  boost: { title: 6, headings: 3, tags: 3, summary: 2 },
  prefix: (term) => term.length > 2, // fewer letters begin words of nearly all tips
  combineWith: "AND",
  processTerm: (word) => word.toLowerCase(),
};
const FUZZY = { ...OPTIONS, fuzzy: (term) => (term.length > 3 ? 0.25 : false) };

const tips = new Map();
let whole; // searches all of each tip
let partial; // searches what is shown of them, until all texts have been loaded
let asked = { query: "", number: 0 };
let due; // the timer of the answer to it

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

/** Find what has all words as they are, or else with typos, or else any of them. */
function find(query) {
  if (query.length < 3) return search(query, { ...OPTIONS, prefix: true, fields: ["title"] });
  const complete = query.replace(/(?<=\S)\s+\S$/u, ""); // a letter that begins a further word says nothing yet
  for (const options of [OPTIONS, FUZZY, { ...FUZZY, combineWith: "OR" }]) {
    const found = search(complete, options);
    if (found.length) return found;
  }
  return [];
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
  const found = new Set(terms);
  return { slug, topic, title: split(title, found), excerpt: split(excerptOf(summary, text, found), found) };
}

/** Give the places in a text of what was found: of words, and of parts of names such as `test_client`. */
function placesOf(text, found) {
  const places = [];
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const parts = found.has(word.toLowerCase()) ? [{ 0: word, index: 0 }] : word.matchAll(/[^_]+/g);
    for (const part of parts) {
      const term = part[0].toLowerCase();
      const start = index + part.index;
      if (found.has(term)) places.push({ term, start, end: start + part[0].length });
    }
  }
  return places;
}

function split(text, found) {
  const runs = [];
  let done = 0;
  for (const { start, end } of placesOf(text, found)) {
    runs.push(text.slice(done, start), text.slice(start, end));
    done = end;
  }
  return [...runs, text.slice(done)];
}

/** Give the summary, or the part of the text that has more of what was found. */
function excerptOf(summary, text, found) {
  const places = placesOf(text, found);
  let best = { variety: new Set(placesOf(summary, found).map(({ term }) => term)).size };
  for (const [number, { start }] of places.entries()) {
    const from = start - LENGTH / 4;
    const terms = new Set();
    for (let next = number; places[next]?.end <= from + LENGTH; next += 1) terms.add(places[next].term);
    if (terms.size > best.variety) best = { variety: terms.size, from };
  }
  return best.from === undefined ? summary : cut(text, best.from);
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
    clearTimeout(due);
    due = setTimeout(answer); // once, to what was typed last, if more has been typed meanwhile
  } else {
    load(data.engine, data.index).catch((error) => postMessage({ failed: String(error) }));
  }
});
