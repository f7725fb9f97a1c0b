// The search: a dialog that `/` or Ctrl-K opens. A worker finds the tips, and is loaded when it is first opened.
const dialog = document.querySelector(".search");
const field = dialog.querySelector(".search-field");
const list = dialog.querySelector(".search-results");
const status = dialog.querySelector(".search-status");
let worker;
let asked = 0;

function open(words = "") {
  if (dialog.open) return;
  worker ??= start();
  dialog.showModal();
  if (words) field.value = words;
  field.select();
  ask();
}

function start() {
  const { worker: script, engine, index } = dialog.dataset;
  const started = new Worker(script, { type: "module" });
  started.postMessage({ engine, index });
  started.addEventListener("message", ({ data }) => {
    if (data.failed) started.dispatchEvent(new Event("error"));
    else if (data.number === asked) show(data);
  });
  started.addEventListener("error", () => (status.textContent = "The search cannot be loaded now."));
  return started;
}

function ask() {
  asked += 1;
  worker.postMessage({ query: field.value, number: asked });
}

/** Show what was found: texts come in runs, of which every second one is to be marked. */
function show({ query, total, results, complete }) {
  const chosen = list.querySelector("a:focus")?.href;
  list.replaceChildren(...results.map(makeResult));
  if (chosen) ([...list.querySelectorAll("a")].find(({ href }) => href === chosen) ?? field).focus();
  const count = total === 1 ? "1 tip" : `${total} tips`;
  status.textContent = !query ? "" : total || complete ? `${total ? count : "No tip"} found` : "Searching";
}

function makeResult({ slug, topic, title, excerpt }) {
  const item = document.createElement("li");
  const link = item.appendChild(document.createElement("a"));
  link.href = `${dialog.dataset.tips}${slug}/`;
  link.append(makeText("small", [topic]), makeText("strong", title), makeText("span", excerpt));
  return item;
}

function makeText(name, runs) {
  const element = document.createElement(name);
  for (const [place, run] of runs.entries()) {
    const part = place % 2 ? document.createElement("mark") : document.createTextNode("");
    part.textContent = run;
    element.append(part);
  }
  return element;
}

/** Move the focus up and down between the field and the results. */
function move(step) {
  const places = [field, ...list.querySelectorAll("a")];
  const place = places.indexOf(document.activeElement) + step;
  places[(place + places.length) % places.length].focus();
}

dialog.addEventListener("keydown", (event) => {
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps) move(steps[event.key]);
  else if (event.key === "Enter" && event.target === field) list.querySelector("a")?.click();
  else if (event.key.length === 1 && event.target.matches("a") && !event.ctrlKey && !event.metaKey) return field.focus();
  else return;
  event.preventDefault();
});
field.addEventListener("input", ask);
dialog.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest("a")) dialog.close(); // the backdrop is the dialog itself
});

addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-search]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(link.dataset.search); // words to begin with, if the link has any
});
addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
  const isSlash = event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey;
  const isControlK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
  if (!isSlash && !isControlK) return;
  event.preventDefault();
  open();
});
