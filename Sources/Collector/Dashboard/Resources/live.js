// Keeps the list of regions live. Without this script the page shows the same, as it was when it was loaded.
"use strict";
(() => {
  const list = document.getElementById("regions");
  const state = document.getElementById("live");
  if (!list || !state || !window.EventSource) return;
  const follow = () => {
    const source = new EventSource(list.dataset.source || "/regions/live");
    source.addEventListener("regions", (event) => {
      // What comes is a page of our own, in which everything of others is escaped already.
      const fresh = new DOMParser().parseFromString(event.data, "text/html").body;
      const isOpen = [...list.querySelectorAll("details")].map((one) => one.open);
      list.replaceChildren(...fresh.childNodes);
      list.querySelectorAll("details").forEach((one, place) => { one.open = Boolean(isOpen[place]); });
      if (state.textContent !== state.dataset.live) state.textContent = state.dataset.live;
    });
    source.addEventListener("error", () => { state.textContent = state.dataset.away; });
    return source;
  };
  // A list that is folded away follows nothing.
  const fold = list.closest("details");
  if (!fold) return void follow();
  let source = fold.open ? follow() : null;
  fold.addEventListener("toggle", () => {
    if (source) source.close();
    source = fold.open ? follow() : null;
  });
})();
