// Arrow keys: → and ← lead to the next and the previous tip of a topic.
const RELATIONS = { ArrowRight: "next", ArrowLeft: "prev" };

/** Tell whether the arrow keys already do something where the focus is: they move a caret or scroll code. */
function isTaken(element) {
  return element.closest("input, textarea, select, pre, summary, dialog, [contenteditable]") !== null;
}

addEventListener("keydown", (event) => {
  const relation = RELATIONS[event.key];
  const modified = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
  if (!relation || modified || event.defaultPrevented || isTaken(event.target)) return;
  document.querySelector(`.neighbours [rel="${relation}"]`)?.click();
});
