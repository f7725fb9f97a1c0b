// Keys: → or j leads to the next tip of a topic, ← or k to the previous one.
const RELATIONS = { ArrowRight: "next", j: "next", ArrowLeft: "prev", k: "prev" };
const WRITTEN_IN = "input, textarea, select, dialog, [contenteditable]";
const SCROLLED = "pre, summary"; // by arrow keys

/** Tell whether a key already does something where the focus is: it writes, moves a caret or scrolls code. */
function isTaken(key, element) {
  return element.closest(key.length > 1 ? `${WRITTEN_IN}, ${SCROLLED}` : WRITTEN_IN) !== null;
}

addEventListener("keydown", (event) => {
  const relation = RELATIONS[event.key];
  const modified = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
  if (!relation || modified || event.defaultPrevented || isTaken(event.key, event.target)) return;
  document.querySelector(`.neighbours [rel="${relation}"]`)?.click();
});
