export const data = { permalink: "/llms.txt", eleventyExcludeFromCollections: true };

export function render({ collections, site, topics }) {
  const line = ({ fileSlug, data }) => `- [${data.title}](${site.url}/tips/${fileSlug}.md): ${data.summary}`;
  const lists = collections.topics.map(({ name, tips }) => `## ${topics[name]}\n\n${tips.map(line).join("\n")}`);
  return `# ${site.title}

> ${site.description}

Each tip is a Markdown file.

${lists.join("\n\n")}

## Optional

- [About](${site.url}/about/)
- [All tips](${site.url}/tips/): the same list for people
- [Feed](${site.url}/feed.xml): what changed last
`;
}
