export const data = { permalink: "/search.json", eleventyExcludeFromCollections: true };

export function render({ collections, topics }) {
  const tips = collections.tips.map(({ fileSlug, data }) => ({
    slug: fileSlug,
    title: data.title,
    topic: topics[data.topic],
    summary: data.summary,
    tags: data.tags.join(" "),
  }));
  return JSON.stringify({ tips, texts: ["/search/0.json"] });
}
