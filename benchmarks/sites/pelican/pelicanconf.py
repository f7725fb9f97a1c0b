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
PLUGINS = ["neighbors"]

PATH = "content"
ARTICLE_PATHS = ["tips"]
PAGE_PATHS = ["pages"]
STATIC_PATHS = ["static"]
OUTPUT_PATH = "out"

ARTICLE_URL, ARTICLE_SAVE_AS = "tips/{slug}/", "tips/{slug}/index.html"
PAGE_URL, PAGE_SAVE_AS = "{slug}/", "{slug}/index.html"
CATEGORY_URL, CATEGORY_SAVE_AS = "topics/{slug}/", "topics/{slug}/index.html"
TAG_URL, TAG_SAVE_AS = "tags/{slug}/", "tags/{slug}/index.html"
AUTHOR_SAVE_AS = ""
DIRECT_TEMPLATES = ["index", "tips", "tags", "sitemap", "404"]
TAGS_SAVE_AS = "tags/index.html"
TIPS_SAVE_AS = "tips/index.html"
SITEMAP_SAVE_AS = "sitemap.xml"
PAGINATED_TEMPLATES = {"tips": 20}
PAGINATION_PATTERNS = (
    (1, "tips/", "tips/index.html"),
    (2, "tips/page/{number}/", "tips/page/{number}/index.html"),
)

FEED_ALL_ATOM = "feed.xml"
FEED_MAX_ITEMS = 20
CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None

# https://docs.getpelican.com/en/latest/settings.html#reading-only-modified-content
CACHE_CONTENT = True
LOAD_CONTENT_CACHE = True
CONTENT_CACHING_LAYER = "reader"
CHECK_MODIFIED_METHOD = "mtime"
