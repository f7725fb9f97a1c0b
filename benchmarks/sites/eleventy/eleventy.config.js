import syntaxHighlight from "@11ty/eleventy-plugin-syntaxhighlight";
import anchor from "markdown-it-anchor";

import { byDate, changed, grouped, newest, surroundings } from "./library.js";
import { describe } from "./structured-data.js";
import { headings, minutes } from "./text.js";

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September",
  "October", "November", "December"];

const oldestFirst = (api) => api.getFilteredByGlob("tips/**/*.md").sort(byDate);
const newestFirst = (api) => oldestFirst(api).reverse();
const byTopic = (api) => grouped(oldestFirst(api), (tip) => [tip.data.topic]);
const byTag = (api) => grouped(newestFirst(api), (tip) => tip.data.tags);

export default function (config) {
  config.addPlugin(syntaxHighlight);
  config.addPassthroughCopy("static");
  config.amendLibrary("md", (md) =>
    md.use(anchor, {
      level: [2, 3, 4, 5, 6],
      permalink: anchor.permalink.linkInsideHeader({
        class: "permalink",
        symbol: "#",
        space: false,
        renderAttrs: () => ({ title: "Link to this section" }),
      }),
    }),
  );

  config.addCollection("tips", newestFirst);
  config.addCollection("newest", (api) => newest(newestFirst(api)));
  config.addCollection("topics", byTopic);
  config.addCollection("tagList", byTag);
  // Looked up by address, so that no page looks through a list.
  config.addCollection("around", (api) => surroundings(newestFirst(api), byTopic(api), byTag(api)));

  config.addFilter("changed", changed);
  config.addFilter("day", (date) => date.toISOString().slice(0, 10));
  config.addFilter("headings", headings);
  config.addFilter("longDay", (date) => `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`);
  config.addFilter("minutes", minutes);
  config.addFilter("newest", newest);
  config.addShortcode("structuredData", function () {
    return describe(this.ctx);
  });

  return {
    dir: { input: ".", output: "out" },
    markdownTemplateEngine: false, // code of tips has braces of its own
    templateFormats: ["md", "njk", "11ty.js"],
  };
}
