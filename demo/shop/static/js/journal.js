// The journal is a single-page app: list, topics and stories change without a page load.
import { find, make, productCard } from "./dom.js";

const view = find("#journal-view");
const { stories } = await (await fetch("/api/journal")).json();
const shelf = new Map();

const topicNow = () => new URLSearchParams(location.search).get("topic") ?? "all";
const storyNow = () => stories.find((s) => location.pathname === `/journal/${s.slug}`);

function storyLink(story) {
  return make("a", { class: "story", href: `/journal/${story.slug}`, "data-route": "", "data-testid": `story-${story.slug}` },
    make("img", { src: `/static/images/${story.image}`, width: 960, height: 640, alt: "" }),
    make("span", { class: "eyebrow" }, `${story.place} · ${story.days} ${story.days === 1 ? "day" : "days"}`),
    make("b", {}, story.title), make("span", {}, story.lead));
}

function showList() {
  const topic = topicNow();
  find("#journal-head").hidden = false;
  for (const button of document.querySelectorAll("[data-topic]")) {
    button.setAttribute("aria-pressed", String(button.dataset.topic === topic));
  }
  const chosen = stories.filter((s) => topic === "all" || s.topic === topic);
  view.replaceChildren(make("div", { class: "stories" }, ...chosen.map(storyLink)));
  document.title = "Journal — Fernweh Goods";
}

async function packed(slugs) {
  const missing = slugs.filter((slug) => !shelf.has(slug));
  if (missing.length > 0) {
    const { products } = await (await fetch(`/api/products?slugs=${missing.join(",")}`)).json();
    for (const product of products) shelf.set(product.slug, product);
  }
  return slugs.map((slug) => productCard(shelf.get(slug)));
}

async function showStory(story) {
  find("#journal-head").hidden = true;
  const grid = make("div", { class: "grid" });
  const next = stories[(stories.indexOf(story) + 1) % stories.length];
  view.replaceChildren(make("article", { class: "article" },
    make("a", { class: "back", href: "/journal", "data-route": "", "data-testid": "journal-back" }, "‹ All stories"),
    make("p", { class: "eyebrow" }, story.place), make("h1", {}, story.title),
    make("p", { class: "lead" }, story.lead),
    make("img", { src: `/static/images/${story.image}`, width: 960, height: 640, alt: "" }),
    ...story.body.map((text) => make("p", {}, text)),
    make("h2", {}, "In the pack"), grid,
    make("h2", {}, "Next"), storyLink(next)));
  document.title = `${story.title} — Fernweh Goods`;
  grid.append(...await packed(story.packing));
}

function show() {
  const story = storyNow();
  if (story === undefined) showList();
  else showStory(story);
}

function go(href) {
  history.pushState({}, "", href);
  show();
  scrollTo({ top: 0 });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-route]");
  if (link === null || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});
find("#topics").addEventListener("click", (event) => {
  const button = event.target.closest("[data-topic]");
  if (button === null) return;
  go(button.dataset.topic === "all" ? "/journal" : `/journal?topic=${button.dataset.topic}`);
});
addEventListener("popstate", show);
show();
