import { changed } from "./library.js";

export const data = { permalink: "/feed.json", eleventyExcludeFromCollections: true };

export function render({ collections, site }) {
  const feed = {
    version: "https://jsonfeed.org/version/1.1",
    title: site.title,
    description: site.description,
    home_page_url: `${site.url}/`,
    feed_url: `${site.url}/feed.json`,
    language: "en",
    authors: [{ name: site.author }],
    items: collections.newest.map((tip) => ({
      id: site.url + tip.url,
      url: site.url + tip.url,
      title: tip.data.title,
      summary: tip.data.summary,
      content_html: tip.templateContent,
      date_published: tip.date,
      date_modified: changed(tip),
      tags: tip.data.tags,
    })),
  };
  return JSON.stringify(feed, null, 1);
}
