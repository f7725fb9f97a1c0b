// The tips in order and in groups, and what lies around each: tables that are made once for all pages.

const IN_FEED = 20;
const ON_PATH = 4; // tips on each side of one that its page lists of its topic
const NEAREST = 8; // tips of a tag, on each side, that can be related
const RELATED = 3;

/** Sort by age, the oldest first. */
export const byDate = (one, other) => one.date - other.date || (one.fileSlug < other.fileSlug ? -1 : 1);

/** Give the day on which a tip changed last. */
export const changed = (tip) => tip.data.updated ?? tip.date;

/** Give the tips that changed last. */
export const newest = (tips) => [...tips].sort((one, other) => changed(other) - changed(one)).slice(0, IN_FEED);

/** Group tips by each of the names that a function gives for one; the names in alphabetical order. */
export function grouped(tips, namesOf) {
  const groups = new Map();
  for (const tip of tips) {
    for (const name of namesOf(tip)) {
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push(tip);
    }
  }
  return [...groups.keys()].sort().map((name) => ({ name, tips: groups.get(name) }));
}

/** Give what lies around each tip, by its address: its neighbours and path in its topic, and related tips. */
export function surroundings(tips, topics, tags) {
  const found = {};
  for (const topic of topics) {
    topic.tips.forEach((tip, place) => {
      found[tip.url] = {
        previous: topic.tips[place - 1],
        next: topic.tips[place + 1],
        path: topic.tips.slice(Math.max(0, place - ON_PATH), place + ON_PATH + 1),
      };
    });
  }
  const scores = new Map(tips.map((tip) => [tip, new Map()]));
  for (const tag of tags) scoreNear(tag.tips, scores);
  for (const tip of tips) found[tip.url].related = best(scores.get(tip), found[tip.url]);
  return found;
}

/** Note for each tip of a tag what the ones next in age have in common with it: the more, the rarer the tag. */
function scoreNear(tips, scores) {
  tips.forEach((tip, place) => {
    const found = scores.get(tip);
    const end = Math.min(tips.length - 1, place + NEAREST);
    for (let near = Math.max(0, place - NEAREST); near <= end; near++) {
      if (near !== place) found.set(tips[near], (found.get(tips[near]) ?? 0) + 1 / tips.length);
    }
  });
}

/** Give the tips that share most with one; none is its neighbour. */
function best(scores, { previous, next }) {
  scores.delete(previous);
  scores.delete(next);
  return [...scores].sort(([, one], [, other]) => other - one).slice(0, RELATED).map(([tip]) => tip);
}
