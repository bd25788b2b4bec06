// The star and the labels of a session, in the head of its page.

import { make } from "../player/elements.ts";
import type { Book } from "./annotations-api.ts";
import { run } from "./small-parts.ts";

const MAX_LABEL = 40;

export function showLabels(place: HTMLElement, book: Book): void {
  const star = make("button", "button quiet square star", "☆");
  star.type = "button";
  const labels = make("span", "label-list");
  const known = make("datalist", "");
  known.id = "known-labels";
  const field = make("input", "input label-input");
  field.placeholder = "Add a label";
  field.maxLength = MAX_LABEL;
  field.setAttribute("list", known.id);
  field.setAttribute("aria-label", "Add a label");
  const form = make("form", "", field);
  const problem = make("span", "label-problem");
  problem.setAttribute("role", "alert");
  const say = (text: string) => {
    problem.textContent = text;
  };

  star.addEventListener("click", () => {
    run(book.send("PUT", "star", { starred: !book.now().starred }), say);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value.trim() === "") return;
    const wanted = [...book.now().labels, field.value];
    run(
      book.send("PUT", "labels", { labels: wanted }).then(() => {
        field.value = "";
      }),
      say,
    );
  });

  function chip(label: string): HTMLElement {
    const remove = make("button", "label-remove", "×");
    remove.type = "button";
    remove.setAttribute("aria-label", `Remove the label ${label}`);
    remove.addEventListener("click", () => {
      const rest = book.now().labels.filter((one) => one !== label);
      run(book.send("PUT", "labels", { labels: rest }), say);
    });
    return make("span", "label", label, remove);
  }

  book.on((now) => {
    star.textContent = now.starred ? "★" : "☆";
    star.setAttribute("aria-pressed", String(now.starred));
    star.setAttribute("aria-label", "Star");
    star.title = now.starred ? "Take away the star" : "Star this session";
    labels.replaceChildren(...now.labels.map(chip));
    known.replaceChildren(...now.known_labels.map((label) => new Option(label, label)));
  });
  place.append(star, labels, form, known, problem);
}
