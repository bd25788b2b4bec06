// Draws the paths: each node and each band leads to its sessions. The table below the picture says the same.
import { sankey, sankeyLinkHorizontal } from "d3-sankey";
import { getJson } from "./http.ts";
import { count } from "./numbers.ts";

interface PathNode {
  readonly position: number;
  readonly node: number;
  readonly name: string;
  readonly paths: number;
  readonly visitors: number;
  readonly link: string;
}

interface PathEdge {
  readonly position: number;
  readonly source: number;
  readonly target: number;
  readonly transitions: number;
  readonly visitors: number;
  readonly link: string;
}

interface Paths {
  readonly backwards: boolean;
  readonly nodes: readonly PathNode[];
  readonly edges: readonly PathEdge[];
}

interface Drawn {
  readonly about: PathNode;
}

interface Band {
  readonly source: number;
  readonly target: number;
  readonly value: number;
  readonly about: PathEdge;
}

const OTHER = -1;
const LEFT = -2;
const COLUMN_PX = 185;
const ROW_PX = 44;
const LONGEST_NAME = 24;
const SVG = "http://www.w3.org/2000/svg";

function shape(name: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

function titled(element: SVGElement, text: string): SVGElement {
  const title = shape("title", {});
  title.textContent = text;
  element.append(title);
  return element;
}

function link(href: string, ...children: readonly SVGElement[]): SVGElement {
  const anchor = shape("a", { href });
  anchor.append(...children);
  return anchor;
}

function counted(transitions: number, visitors: number): string {
  return `${count(transitions, "path", "paths")}, ${count(visitors, "visitor", "visitors")}`;
}

function kindOf(node: number): string {
  return node === LEFT ? " left" : node === OTHER ? " other" : "";
}

function short(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
}

/** Lays the diagram out and draws it into the place, which is as wide as it has columns. */
function draw(place: HTMLElement, paths: Paths, sessions: string): void {
  const columns = new Map<number, number>();
  for (const { position } of paths.nodes) {
    columns.set(position, (columns.get(position) ?? 0) + 1);
  }
  const width = Math.max(place.clientWidth, columns.size * COLUMN_PX);
  const height = Math.max(320, Math.max(...columns.values()) * ROW_PX);
  const names = new Map(paths.nodes.map((one, at) => [`${one.position} ${one.node}`, at]));
  const at = (position: number, node: number) => names.get(`${position} ${node}`) ?? 0;
  const last = Math.max(...columns.keys());
  // Backwards, the page that was asked for stands at the right.
  const columnOf = (position: number) => (paths.backwards ? last - position : position);
  const layout = sankey<Drawn, Band>()
    // A path that ends stands beside those that go on, as do all of one position.
    .nodeAlign((node, count) =>
      Math.min(columnOf((node as unknown as Drawn).about.position), count - 1),
    )
    .nodeWidth(12)
    .nodePadding(18)
    .extent([
      [1, 8],
      [width - 150, height - 8],
    ]);
  const { nodes, links } = layout({
    nodes: paths.nodes.map((about) => ({ about })),
    links: paths.edges.map((about) => {
      const near = at(about.position, about.source);
      const far = at(about.position + 1, about.target);
      const [source, target] = paths.backwards ? [far, near] : [near, far];
      return { source, target, value: about.transitions, about };
    }),
  });
  const svg = shape("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "group" });
  svg.setAttribute("aria-label", "Paths; the table below says the same");
  const path = sankeyLinkHorizontal<Drawn, Band>();
  for (const one of links) {
    const { about } = one as unknown as Band;
    const from = paths.nodes[at(about.position, about.source)]?.name ?? "";
    const to = paths.nodes[at(about.position + 1, about.target)]?.name ?? "";
    const band = shape("path", {
      d: path(one) ?? "",
      class: `band${kindOf(about.target)}`,
      "stroke-width": Math.max(one.width ?? 0, 1),
    });
    titled(
      band,
      `${from} ${paths.backwards ? "←" : "→"} ${to}: ${counted(about.transitions, about.visitors)}`,
    );
    svg.append(link(sessions + about.link, band));
  }
  for (const { about, x0 = 0, x1 = 0, y0 = 0, y1 = 0 } of nodes) {
    const box = shape("rect", {
      x: x0,
      y: y0,
      width: x1 - x0,
      height: Math.max(y1 - y0, 2),
      rx: 2,
    });
    const text = shape("text", { x: x1 + 6, y: (y0 + y1) / 2, dy: "0.35em" });
    const count = shape("tspan", { class: "count", dx: 6 });
    count.textContent = about.paths.toLocaleString("en");
    text.append(short(about.name), count);
    const node = shape("g", { class: `node${kindOf(about.node)}` });
    node.append(box, text);
    titled(node, `${about.name}: ${counted(about.paths, about.visitors)}`);
    svg.append(link(sessions + about.link, node));
  }
  place.replaceChildren(svg);
}

const place = document.querySelector<HTMLElement>("[data-sankey]");
if (place?.dataset.sankey) {
  const sessions = place.dataset.sessions ?? "";
  getJson<Paths>(place.dataset.sankey).then(
    (paths) => draw(place, paths, sessions),
    (error: unknown) => {
      place.textContent =
        error instanceof Error ? error.message : "The picture could not be drawn.";
    },
  );
}
