// The page for an unknown address: the words of the address are what the search begins with.
function words(address) {
  try {
    return decodeURIComponent(address).match(/[\p{L}\p{N}_]+/gu) ?? [];
  } catch {
    return []; // not in UTF-8
  }
}

const meant = words(location.pathname.replace(/\.\w+$/, "")).slice(-3).join(" ");
const link = document.querySelector("[data-search-address]");
if (meant) {
  link.dataset.search = meant;
  link.querySelector("span").textContent = `Search for “${meant}”`;
}
