export const data = {
  pagination: { data: "collections.tips", size: 1, alias: "tip" },
  permalink: ({ tip }) => `/tips/${tip.fileSlug}.md`,
  eleventyExcludeFromCollections: true,
};

export function render({ site, tip }) {
  const { title, summary, updated } = tip.data;
  const days = this.longDay(tip.date) + (updated ? `, updated ${this.longDay(updated)}` : "");
  return `# ${title}

${summary}

${tip.rawInput.trim()}

---

From <${site.url}${tip.url}>, by ${site.author}, ${days}.
`;
}
