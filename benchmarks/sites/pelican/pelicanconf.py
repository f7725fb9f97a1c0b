"""Pelican's settings: what the other sites have and no more, with its cache of what was read."""

SITENAME = "Measured notes"
SITEDESCRIPTION = "Notes that nobody wrote, to measure how fast a site is built."
SITEURL = "https://notes.example"
AUTHOR = "Nobody"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
DEFAULT_DATE_FORMAT = "%d %B %Y"
DEFAULT_PAGINATION = False
THEME = "theme"
THEME_STATIC_PATHS: list[str] = []
PLUGIN_PATHS = ["plugins"]
PLUGINS = ["neighbors", "surroundings"]
FORMATTED_FIELDS: list[str] = []  # summaries are plain text
MARKDOWN = {
    "extension_configs": {
        "markdown.extensions.codehilite": {"css_class": "highlight"},
        "markdown.extensions.extra": {},
        "markdown.extensions.meta": {},
        "markdown.extensions.toc": {
            "permalink": "#",
            "permalink_class": "permalink",
            "permalink_title": "Link to this section",
            "toc_depth": "2-6",
        },
    },
    "output_format": "html5",
}

PATH = "content"
ARTICLE_PATHS = ["tips"]
PAGE_PATHS = ["pages"]
STATIC_PATHS = ["static"]
OUTPUT_PATH = "out"
OUTPUT_SOURCES = True
OUTPUT_SOURCES_EXTENSION = ".md"

ARTICLE_URL, ARTICLE_SAVE_AS = "tips/{slug}/", "tips/{slug}/index.html"
PAGE_URL, PAGE_SAVE_AS = "{slug}/", "{slug}/index.html"
CATEGORY_URL, CATEGORY_SAVE_AS = "topics/{slug}/", "topics/{slug}/index.html"
TAG_URL, TAG_SAVE_AS = "tags/{slug}/", "tags/{slug}/index.html"
AUTHOR_SAVE_AS = ""
DIRECT_TEMPLATES = ["index", "tips", "tags", "random", "sitemap", "jsonfeed", "search", "texts", "slugs", "llms", "404"]
TAGS_SAVE_AS = "tags/index.html"
TIPS_SAVE_AS = "tips/index.html"
RANDOM_SAVE_AS = "random/index.html"
SITEMAP_SAVE_AS = "sitemap.xml"
JSONFEED_SAVE_AS = "feed.json"
SEARCH_SAVE_AS, TEXTS_SAVE_AS = "search.json", "search/0.json"
SLUGS_SAVE_AS = "slugs.json"
LLMS_SAVE_AS = "llms.txt"
PAGINATED_TEMPLATES = {"tips": 20}
PAGINATION_PATTERNS = (
    (1, "tips/", "tips/index.html"),
    (2, "tips/page/{number}/", "tips/page/{number}/index.html"),
)

FEED_ALL_ATOM = "feed.xml"
FEED_MAX_ITEMS = 20
CATEGORY_FEED_ATOM = "topics/{slug}/feed.xml"
TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None

# https://docs.getpelican.com/en/latest/settings.html#reading-only-modified-content
CACHE_CONTENT = True
LOAD_CONTENT_CACHE = True
CONTENT_CACHING_LAYER = "reader"
CHECK_MODIFIED_METHOD = "mtime"
