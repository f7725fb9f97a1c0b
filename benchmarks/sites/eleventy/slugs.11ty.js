export const data = { permalink: "/slugs.json", eleventyExcludeFromCollections: true };

export const render = ({ collections }) => JSON.stringify(collections.tips.map((tip) => tip.fileSlug));
