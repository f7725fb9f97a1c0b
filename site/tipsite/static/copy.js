// Copying: a button at each block of code. Of a session it copies what is typed, without prompts and output.
const ICON = '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="M6 6h7v7.5H6zM10 6V2.5H3V10h3"/></svg>';
const SHOWN_FOR = 2000; // milliseconds

/** Give what stands behind a prompt, to the end of its line. */
function behind(prompt) {
  let text = "";
  for (let node = prompt.nextSibling; node && !text.includes("\n"); node = node.nextSibling) text += node.textContent;
  return text.split("\n", 1)[0];
}

/** Give what is typed in a session: each command's first prompt and its text, continued lines included. */
function commandsOf(block) {
  const commands = [];
  for (const prompt of block.querySelectorAll(".gp")) {
    const begins = /^(\$|>>>)/.test(prompt.textContent);
    if (begins || !commands.length) commands.push({ prompt, text: behind(prompt) });
    else commands.at(-1).text += `\n${behind(prompt)}`;
  }
  return commands;
}

function makeButton(label, text) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy-button";
  button.setAttribute("aria-label", label);
  button.innerHTML = ICON;
  button.addEventListener("click", () => copy(button, text));
  return button;
}

async function copy(button, text) {
  await navigator.clipboard.writeText(text);
  status.textContent = "Copied";
  button.dataset.copied = "";
  setTimeout(() => {
    delete button.dataset.copied;
    status.textContent = "";
  }, SHOWN_FOR);
}

function equip(block) {
  const isSession = ["console", "pycon"].includes(block.dataset.kind);
  const commands = isSession ? commandsOf(block) : [];
  const whole = isSession ? commands.map(({ text }) => text).join("\n") : block.querySelector("code").textContent;
  const name = block.querySelector("figcaption")?.firstChild.textContent.trim() ?? "code";
  block.append(makeButton(isSession ? "Copy all commands" : `Copy ${name}`, whole));
  const lines = commands.filter(({ prompt }) => prompt.textContent.startsWith("$"));
  if (lines.length < 2) return;
  for (const { prompt, text } of lines) prompt.before(makeButton(`Copy ${text.split("\n", 1)[0]}`, text));
}

const status = document.createElement("p");
status.role = "status";
status.className = "visually-hidden";
if (navigator.clipboard) {
  document.body.append(status);
  const equipAll = () => document.querySelectorAll("figure.code").forEach(equip);
  equipAll();
  addEventListener("main-replaced", equipAll); // by the preview, when the tip was edited
}
