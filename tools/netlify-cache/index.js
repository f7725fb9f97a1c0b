// Keeps .cache between builds on Netlify: what Markdown was rendered to, and which tips have passed as they are.
// Both are found by what they were made from, so an old cache costs space and is never wrong.

const FOLDER = ".cache";

exports.onPreBuild = ({ utils }) => utils.cache.restore(FOLDER);

exports.onPostBuild = ({ utils }) => utils.cache.save(FOLDER);
