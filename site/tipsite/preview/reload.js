// The page follows its files: it hears of each version over one stream, fetches itself again, and shows what differs.
let shown = document.querySelector("script[data-version]").dataset; // of the page as it was last fetched
let wanted = shown.version;
let stream;
let isFetching = false;
let sheets; // the addresses of its style sheets
let left; // where the page was scrolled to before it told what to mend

/** Give the process and the number of a version. */
function split(version) {
  const [process, number] = version.split(".");
  return { process, number: Number(number) };
}

/** Tell whether the server has restarted since this page was fetched. */
function isOfOtherProcess(version) {
  return split(version).process !== split(shown.version).process;
}

function open() {
  if (stream || document.hidden) return;
  stream = new EventSource(shown.stream);
  stream.addEventListener("message", ({ data }) => follow(data));
  stream.addEventListener("error", () => {
    if (stream?.readyState !== EventSource.CLOSED) return; // else the browser calls again by itself
    close();
    setTimeout(open, 1000);
  });
}

function close() {
  stream?.close();
  stream = undefined;
}

async function follow(version) {
  wanted = version;
  if (isOfOtherProcess(wanted)) return location.reload();
  if (isFetching) return;
  isFetching = true;
  try {
    while (split(shown.version).number < split(wanted).number) await refresh();
  } catch {
    // the server has gone; when it is back, the stream tells
  } finally {
    isFetching = false;
  }
}

async function refresh() {
  const asked = wanted;
  const response = await fetch(location.href, { headers: { "Preview-Version": asked }, cache: "no-store" });
  const text = await response.text();
  if (!text.includes("data-version=")) {
    shown = { ...shown, version: asked };
    return warn(response.status);
  }
  const next = new DOMParser().parseFromString(text, "text/html");
  const found = next.querySelector("script[data-version]").dataset;
  if (isOfOtherProcess(found.version)) return location.reload();
  const around = found.around || shown.around; // a page that tells what to mend has none: it is shown within this one
  if (around !== shown.around) return location.reload();
  document.querySelector(".preview-notice")?.remove();
  swapSheets(next);
  if (found.main !== shown.main) swapMain(next, !found.around);
  shown = { ...found, around };
}

/** Put each new style sheet in its place; old ones go once it is there. */
function swapSheets(next) {
  const fresh = [...next.querySelectorAll("link[rel=stylesheet]")];
  sheets = fresh.map((sheet) => sheet.getAttribute("href"));
  let before = document.querySelector("link[rel=stylesheet]").previousElementSibling;
  for (const sheet of fresh) {
    const known = document.querySelector(`link[href="${sheet.getAttribute("href")}"]`);
    if (!known) {
      sheet.addEventListener("load", removeOldSheets);
      before.after(document.adoptNode(sheet));
    }
    before = known ?? sheet;
  }
}

function removeOldSheets() {
  for (const sheet of document.querySelectorAll("link[rel=stylesheet]")) {
    if (!sheets.includes(sheet.getAttribute("href"))) sheet.remove();
  }
}

function swapMain(next, tellsProblems) {
  const place = left ?? { left: scrollX, top: scrollY };
  left = tellsProblems ? place : undefined;
  const opened = [...document.querySelectorAll("main details")].map((details) => details.open);
  document.title = next.title;
  document.querySelector("main").replaceWith(next.querySelector("main"));
  document.querySelectorAll("main details").forEach((details, place) => (details.open ||= opened[place] ?? false));
  dispatchEvent(new Event("main-replaced"));
  scrollTo({ ...(tellsProblems ? { left: 0, top: 0 } : place), behavior: "instant" });
}

/** Keep the page, and the stream with it, where the server fails by itself: what is mended shows at once. */
function warn(status) {
  const notice = document.querySelector(".preview-notice") ?? document.createElement("p");
  notice.className = "preview-notice";
  notice.role = "alert";
  notice.innerHTML = `The server answers ${status}: <a href="">see why</a>. This page shows again when it is mended.`;
  document.body.prepend(notice);
}

document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
addEventListener("pagehide", close);
addEventListener("pageshow", open);
open();
