export default {
  layout: "tip.njk",
  permalink: (data) => `/tips/${data.page.fileSlug}/`,
};
