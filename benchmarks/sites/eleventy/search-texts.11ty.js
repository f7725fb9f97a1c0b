import { plain } from "./text.js";

export const data = { permalink: "/search/0.json", eleventyExcludeFromCollections: true };

export function render({ collections }) {
  return JSON.stringify(collections.tips.map(({ fileSlug, rawInput }) => ({ slug: fileSlug, text: plain(rawInput) })));
}
