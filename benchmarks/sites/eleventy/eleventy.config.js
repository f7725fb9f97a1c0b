import syntaxHighlight from "@11ty/eleventy-plugin-syntaxhighlight";

const byDate = (one, other) => one.date - other.date || (one.fileSlug < other.fileSlug ? -1 : 1);

export default function (config) {
  config.addPlugin(syntaxHighlight);
  config.addPassthroughCopy("static");

  config.addCollection("tips", (api) => api.getFilteredByGlob("tips/**/*.md").sort((a, b) => byDate(b, a)));
  config.addCollection("latest", (api) => api.getFilteredByGlob("tips/**/*.md").sort((a, b) => byDate(b, a)).slice(0, 20));
  // Topics with their tips in order; neighbours are looked up by address, so that no page looks through a list.
  config.addCollection("topics", (api) => {
    const topics = new Map();
    for (const tip of api.getFilteredByGlob("tips/**/*.md").sort(byDate)) {
      if (!topics.has(tip.data.topic)) topics.set(tip.data.topic, []);
      topics.get(tip.data.topic).push(tip);
    }
    return [...topics.keys()].sort().map((slug) => ({ slug, tips: topics.get(slug) }));
  });
  config.addCollection("neighbours", (api) => {
    const found = {};
    const last = {};
    for (const tip of api.getFilteredByGlob("tips/**/*.md").sort(byDate)) {
      const previous = last[tip.data.topic];
      found[tip.url] = { previous };
      if (previous) found[previous.url].next = tip;
      last[tip.data.topic] = tip;
    }
    return found;
  });
  config.addCollection("tagList", (api) => {
    const tags = new Map();
    for (const tip of api.getFilteredByGlob("tips/**/*.md").sort((a, b) => byDate(b, a))) {
      for (const tag of tip.data.tags) {
        if (!tags.has(tag)) tags.set(tag, []);
        tags.get(tag).push(tip);
      }
    }
    return [...tags.keys()].sort().map((name) => ({ name, tips: tags.get(name) }));
  });

  const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December"];
  config.addFilter("day", (date) => date.toISOString().slice(0, 10));
  config.addFilter("longDay", (date) => `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`);
  config.addFilter("minutes", (html) => Math.max(1, Math.ceil(html.replace(/<[^>]*>/g, " ").split(/\s+/).length / 213)));

  return {
    dir: { input: ".", output: "out" },
    markdownTemplateEngine: false, // code of tips has braces of its own
    templateFormats: ["md", "njk"],
  };
}
