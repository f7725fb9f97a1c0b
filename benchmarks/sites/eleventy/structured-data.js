// What a page is about, in the words of https://schema.org.

const day = (date) => date.toISOString().slice(0, 10);
const step = ([name, item], place) => ({ "@type": "ListItem", position: place + 1, name, item });

/** Describe a tip and where it stands, as JSON-LD that can stand in a page. */
export function describe({ page, site, summary, tags, title, topic, topics, updated }) {
  const url = site.url + page.url;
  const article = {
    "@type": "TechArticle",
    url,
    headline: title,
    description: summary,
    articleSection: topics[topic],
    keywords: tags,
    datePublished: day(page.date),
    dateModified: day(updated ?? page.date),
    inLanguage: "en",
    author: { "@type": "Organization", name: site.author },
  };
  const above = [[site.title, `${site.url}/`], [topics[topic], `${site.url}/topics/${topic}/`], [title, url]];
  const breadcrumbs = { "@type": "BreadcrumbList", itemListElement: above.map(step) };
  const graph = { "@context": "https://schema.org", "@graph": [article, breadcrumbs] };
  return JSON.stringify(graph).replaceAll("<", "\\u003c");
}
