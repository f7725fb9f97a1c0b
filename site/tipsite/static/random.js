// The random tip: draws one and goes there, so that the way back leads past this page.
const { slugs: list, tips } = document.querySelector("[data-slugs]").dataset;
const slugs = await (await fetch(list)).json();
if (slugs.length) location.replace(`${tips}${slugs[Math.floor(Math.random() * slugs.length)]}/`);
