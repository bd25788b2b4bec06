// Inside the size guide's frame: the unit, and which row is the product of the page.

const here = new URLSearchParams(location.search).get("of");
for (const row of document.querySelectorAll("tr[data-slug]")) row.toggleAttribute("data-here", row.dataset.slug === here);

const inInches = (text) => text.replace(/\d+(\.\d+)?/g, (n) => (Number(n) / 2.54).toFixed(1)).replace("cm", "in");

document.getElementById("units").addEventListener("change", ({ target }) => {
  for (const cell of document.querySelectorAll("[data-size]")) {
    cell.textContent = target.value === "in" ? inInches(cell.dataset.size) : cell.dataset.size;
  }
});
