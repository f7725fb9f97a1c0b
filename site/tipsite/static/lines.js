// Links to lines: a click on a line's number puts the line into the address, from where it can be copied.
addEventListener("click", (event) => {
  const line = event.target.closest?.(".code [id]");
  if (!line || !isNumber(line, event)) return;
  const { scrollX, scrollY } = window;
  location.hash = line.id;
  scrollTo({ left: scrollX, top: scrollY, behavior: "instant" });
});

/** Tell whether a click met the number, which is generated content at the start of the line. */
function isNumber(line, event) {
  const width = parseFloat(getComputedStyle(line, "::before").width);
  const box = line.getBoundingClientRect();
  return width > 0 && event.clientX < box.left + width;
}
