// What is to be mended: said in a corner of the page, and buttons that copy commands.
const pointer = document.createElement("button");
pointer.type = "button";
pointer.className = "preview-pointer";
const announcer = document.createElement("p");
announcer.role = "status";
announcer.append(pointer);
document.body.append(announcer);

/** Say in a corner what is to be mended first, wherever the page is scrolled to; a click leads there. */
function point() {
  const [first, ...others] = document.querySelectorAll(".tip .problem:not([data-warning])");
  pointer.hidden = !first;
  if (!first) return;
  const [place, message] = first.querySelectorAll("p");
  pointer.textContent = `${place.textContent}: ${message.textContent}${others.length ? ` (and ${others.length} more)` : ""}`;
  pointer.onclick = () => first.scrollIntoView({ block: "center" });
}

addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.dataset.copied = "";
  setTimeout(() => delete button.dataset.copied, 2000);
});
addEventListener("main-replaced", point);
point();
